package millrace.analytics.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import millrace.analytics.engine.CommitRecord.Change;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jboss.logging.Logger;

/**
 * The rows of a task: several tables in one local store, the base, and one changelog.
 *
 * <p>Changed rows are held in memory until the task commits. Then they, and the positions that the task had come to, are one
 * {@link CommitRecord}: a crash loses all of a commit or nothing, with transactions or without. The base gets the rows, and
 * readers of channels get the emissions, when the commit is certain.
 *
 * <p>The changelog is cleaned from its old end. Where it is longer than twice the rows, or its oldest commit is old, the rows
 * that only the oldest commit has are written again with the next one, and the oldest is deleted. So the changelog is bounded
 * by the rows, a restore reads at most three times as much as there is, and a topic that expires loses nothing.
 *
 * <p>Each start of a task announces a new writer. A reader takes no commit of another writer behind the announcement, and none
 * behind a gap in the numbers. So a process that was suspended and wakes up changes nothing, whatever it still writes.
 */
final class TaskState {
    /** A changelog up to this size is not cleaned because of its length. */
    private static final long SHORT_BYTES = 8L << 20;

    /** Cleaning copies at most this much for each byte that a commit writes, and this much besides. */
    private static final long CLEAN_BYTES = 256L << 10;

    /** A look at a row of the base costs about as much as to copy so many bytes. */
    private static final long LOOK_COST = 32;

    /** A commit of so many rows is asked for early: it is held in memory several times. */
    private static final int LARGE_ROWS = 10_000;

    /** And one of rows that had so many bytes before they changed. */
    private static final int LARGE_BYTES = 8 << 20;

    private static final Logger LOG = Logger.getLogger(TaskState.class);
    private static final byte OWN = 0;
    private static final byte COMMIT = 'c';
    private static final byte KEYS = 'k';

    /** Announcements that are kept: a suspended writer may wake up late. */
    private static final int FENCES = 100;

    /** Each row of the base begins with its place and its timestamp. */
    static final int ROW_HEADER = 2 * Long.BYTES;

    private final String changelog;
    private final KeyValueStore<Bytes, byte[]> base;
    private final BiConsumer<byte[], byte[]> log;
    private final Settings settings;
    private final UUID me = UUID.randomUUID();
    private final Map<Character, StateTable<?>> tables = new ConcurrentHashMap<>();
    private final List<StateTable.Row<?>> changed = new ArrayList<>();
    private long changedBytes;

    /** Written, and not in the base. */
    private final Deque<Commit> pending = new ArrayDeque<>();

    /** In the base, and not all passed on. */
    private final Deque<Commit> unemitted = new ArrayDeque<>();

    /** The oldest commit that may have rows which no later one has; {@code null} where the base has none. */
    private Stored oldest;

    /** Place of the next row that the base gets: all rows of the commits on the changelog are counted, in their order. */
    private long nextPlace;

    private final ReplacedRows replaced = new ReplacedRows();

    /** Keys to be deleted from the changelog. */
    private final List<byte[]> garbage = new ArrayList<>();

    private final Deque<byte[]> fences = new ArrayDeque<>();
    /** Of the latest announcement. */
    private UUID writer;

    /** Of the last commit that counts. */
    private UUID lastWriter;

    private boolean broken;

    /** What the last commit of the log says of the oldest one. */
    private long oldestNeeded = Long.MAX_VALUE;

    private boolean begun;

    /** Whether the first commit has to announce this writer. */
    private boolean announces;

    private long number;

    /** Number of the last commit of which all is passed on, so that no crash takes it back. */
    private long emittedThrough;

    /** Number up to which the last commit of the log says so. */
    private long claimed;

    /** Number of the last commit with emissions. */
    private long lastEmitting;

    /** Number up to which all was passed on when the task last committed; and the commits that the group had accepted then. */
    private long passedOn;

    private long acceptedBefore;
    private long logBytes;
    private long rowBytes;
    private Map<TopicPartition, Long> positions = new HashMap<>();

    /** Whether this process has read anything: otherwise it commits no positions. */
    private boolean consumed;

    /** Whether it has read anything since the last commit. */
    private boolean advanced;

    private ByteArrayOutputStream incoming;
    private CommitRecord.Key incomingKey;

    /**
     * @param certain whether a commit is certain as soon as the task goes on: with transactions, or with one writer ever
     * @param rewriteAfter age at which the rows of a commit are written again; zero for never
     * @param accepted returns the number of commits of this thread that the group has accepted
     * @param now returns the time in milliseconds
     */
    record Settings(boolean certain, Duration rewriteAfter, LongSupplier accepted, LongSupplier now) {}

    /**
     * @param accepted commits of this thread that the group had accepted before
     * @param obsolete commits of which this one has all that was left
     */
    private record Commit(
            Stored stored,
            CommitRecord record,
            long accepted,
            boolean consumed,
            List<StateTable.Row<?>> rows,
            List<Emission> emissions,
            List<Stored> obsolete) {
        long number() {
            return stored.number;
        }
    }

    /**
     * @param value {@code null} where it is not read from the payload
     * @param payload {@code null} for a deletion
     */
    private record Emission(char table, String key, Object value, byte[] payload, long timestamp) {
        boolean isDeletion() {
            return payload == null;
        }
    }

    /** @param at when it was written, in milliseconds */
    private record Stored(long number, UUID writer, int parts, long bytes, long at) {}

    /**
     * Takes a row that has changed; the value and its bytes are {@code null} where it was deleted, and the value may be where
     * its table holds none.
     */
    interface Emitter {
        void emit(char table, String key, Object value, byte[] payload, long timestamp);
    }

    /**
     * @param base an empty one: what a process before this one had is in the changelog
     * @param log takes records for the changelog; the value is {@code null} for a deletion
     */
    TaskState(String changelog, KeyValueStore<Bytes, byte[]> base, BiConsumer<byte[], byte[]> log, Settings settings) {
        this.changelog = changelog;
        this.base = base;
        this.log = log;
        this.settings = settings;
    }

    /** Returns the record that announces this task as the writer. */
    KeyValue<byte[], byte[]> announcement() {
        return KeyValue.pair(CommitRecord.Key.fence(me).bytes(), new byte[] {InternalFormat.VERSION});
    }

    /**
     * Takes a record of the changelog, in its order.
     *
     * @throws UnknownFormatException if another release has written it
     */
    void restore(byte[] keyBytes, byte[] value) {
        var key = CommitRecord.Key.of(keyBytes);
        if (key.isFence()) {
            announced(keyBytes, key.writer(), value);
        } else if (value == null) {
            deleted(key);
        } else if (broken || (writer != null && !writer.equals(key.writer()))) {
            garbage.add(keyBytes);
        } else if (key.number() > number) {
            part(key, value);
        }
    }

    private void announced(byte[] key, UUID by, byte[] value) {
        if (value == null) {
            return;
        }
        if (value.length == 0 || value[0] != InternalFormat.VERSION) {
            throw new UnknownFormatException(
                    changelog, value.length == 0 ? "none" : Byte.toString(value[0]), InternalFormat.VERSION);
        }
        fences.add(key);
        writer = by;
        broken = false;
        incoming = null;
    }

    private void deleted(CommitRecord.Key key) {
        if (oldest != null && oldest.number == key.number() && oldest.writer.equals(key.writer())) {
            var deleted = oldest;
            next();
            forget(deleted);
        }
    }

    private void part(CommitRecord.Key key, byte[] value) {
        if (key.part() == 0) {
            incoming = new ByteArrayOutputStream(value.length);
        } else if (incoming == null || key.number() != incomingKey.number() || key.part() != incomingKey.part() + 1) {
            return; // The commit was being deleted: its other parts are gone.
        }
        incoming.writeBytes(value);
        incomingKey = key;
        if (key.part() == key.parts() - 1) {
            var bytes = incoming.toByteArray();
            incoming = null;
            restored(key, CommitRecord.read(changelog, bytes), bytes.length);
        }
    }

    private void restored(CommitRecord.Key key, CommitRecord record, int bytes) {
        if (number > 0 && key.number() > number + 1) {
            if (key.writer().equals(lastWriter)) {
                broken = true; // The commit before it was lost, and this one continues from that.
                addGarbage(key.writer(), key.number(), key.parts());
                return;
            }
            forgetAll(); // What came before is left over from a writer whose end has expired.
        }
        lastWriter = key.writer();
        var emissions = new ArrayList<Emission>();
        for (var change : record.changes()) {
            if (change.emit()) {
                var table = (char) change.key().get()[0];
                emissions.add(
                        new Emission(table, StateTable.key(change.key()), null, change.payload(), change.timestamp()));
            }
        }
        var stored = new Stored(key.number(), key.writer(), key.parts(), bytes, record.at());
        number = key.number();
        oldestNeeded = record.oldest();
        emittedThrough = record.emittedThrough();
        claimed = emittedThrough;
        lastEmitting = emissions.isEmpty() ? lastEmitting : number;
        positions = new HashMap<>(record.positions());
        store(new Commit(stored, record, 0, false, List.of(), emissions, List.of()));
        unemitted.removeIf(commit -> commit.number() <= emittedThrough);
    }

    private void forgetAll() {
        try (var rows = base.all()) {
            rows.forEachRemaining(row -> base.delete(row.key));
        }
        oldest = null;
        unemitted.clear();
        logBytes = 0;
    }

    /**
     * Begins with what the changelog had. Each processor of the task calls it.
     *
     * @throws TaskMigratedException where another process has announced itself since
     */
    void begin() {
        if (begun) {
            return;
        }
        begun = true;
        if (settings.certain()) {
            announces = true;
        } else if (!me.equals(writer)) {
            throw new TaskMigratedException("Another process writes to " + changelog + " now");
        }
        if (oldest != null && oldestNeeded < oldest.number) {
            LOG.errorf(
                    "Commits %d to %d are gone from %s, and with them rows that no event has changed since: they have"
                            + " expired while the job was stopped. Build a generation anew.",
                    oldestNeeded, oldest.number - 1, changelog);
        }
        while (fences.size() > FENCES) {
            garbage.add(fences.pollFirst());
        }
        try (var rows = base.all()) {
            while (rows.hasNext()) {
                var row = rows.next();
                rowBytes += isOwn(row.key) ? 0 : size(row.key, row.value);
            }
        }
    }

    /**
     * Returns the table.
     *
     * @throws IllegalStateException where another one has its id
     */
    @SuppressWarnings("unchecked")
    <V> StateTable<V> table(TableSpec<V> spec) {
        var table = tables.computeIfAbsent(spec.id(), id -> new StateTable<>(spec, this));
        if (!table.spec().equals(spec)) {
            throw new IllegalStateException("Two tables of %s have the id %s: %s and %s"
                    .formatted(changelog, spec.id(), table.spec().name(), spec.name()));
        }
        return (StateTable<V>) table;
    }

    /** Returns {@code null} where the task does not have the table. */
    StateTable<?> table(char id) {
        return tables.get(id);
    }

    byte[] stored(Bytes key) {
        return base.get(key);
    }

    KeyValueIterator<Bytes, byte[]> stored(Bytes first, Bytes last) {
        return base.range(first, last);
    }

    void changed(StateTable.Row<?> row) {
        changed.add(row);
        changedBytes += row.stored;
    }

    /** Notes that a record is read; false where the state has it: it was read, and committed, before a crash. */
    boolean advance(TopicPartition partition, long offset) {
        if (offset < positions.getOrDefault(partition, 0L)) {
            return false;
        }
        positions.put(partition, offset + 1);
        consumed = true;
        advanced = true;
        return true;
    }

    /** Returns the number of the commit that the next changes will be in. */
    long nextCommit() {
        return number + 1;
    }

    boolean hasChanges() {
        return !changed.isEmpty();
    }

    /** Returns true if so much has changed that a commit should not wait. */
    boolean isLarge() {
        return changed.size() >= LARGE_ROWS || changedBytes >= LARGE_BYTES;
    }

    /** Writes what has changed since the last commit. Kafka Streams calls it before it commits positions. */
    void commit() {
        if (announces) {
            log.accept(announcement().key, announcement().value);
            announces = false;
        }
        garbage.forEach(key -> log.accept(key, null));
        garbage.clear();
        var changes = new ArrayList<Change>(changed.size());
        var emissions = new ArrayList<Emission>();
        var rows = new ArrayList<StateTable.Row<?>>(changed.size());
        for (var row : changed) {
            row.changed = false;
            if (row.isNothing()) {
                row.release();
            } else {
                changes.add(change(row, emissions));
                row.pending++;
                rows.add(row);
            }
        }
        changed.clear();
        changedBytes = 0;
        advanced = false;
        var obsolete = clean(changes);
        noteEmitted();
        if (changes.isEmpty() && obsolete.isEmpty() && !hasToClaim()) {
            return;
        }
        number++;
        claimed = emittedThrough;
        lastEmitting = emissions.isEmpty() ? lastEmitting : number;
        var record =
                new CommitRecord(oldest(), emittedThrough, settings.now().getAsLong(), Map.copyOf(positions), changes);
        var parts = record.parts();
        var bytes = 0;
        for (var part = 0; part < parts.size(); part++) {
            log.accept(new CommitRecord.Key(me, number, part, parts.size()).bytes(), parts.get(part));
            bytes += parts.get(part).length;
        }
        var stored = new Stored(number, me, parts.size(), bytes, record.at());
        pending.add(new Commit(stored, record, settings.accepted().getAsLong(), consumed, rows, emissions, obsolete));
    }

    /**
     * Notes up to which number all is passed on for good. With transactions that is what was passed on before this commit: it
     * is in its transaction. Without them it is what was passed on before the last one, once the group has accepted that: the
     * producer is flushed in between.
     */
    private void noteEmitted() {
        var accepted = settings.accepted().getAsLong();
        if (accepted > acceptedBefore) {
            emittedThrough = Math.max(emittedThrough, passedOn);
        }
        passedOn = passedOn();
        acceptedBefore = accepted;
        if (settings.certain()) {
            emittedThrough = passedOn;
        }
    }

    /** Returns true if a process that starts now would pass on again what is known to be passed on. */
    private boolean hasToClaim() {
        return claimed < lastEmitting && lastEmitting <= emittedThrough;
    }

    private static <V> Change change(StateTable.Row<V> row, List<Emission> emissions) {
        var payload = row.payload();
        var emission = row.table.spec().emission();
        var emit = !row.emitted
                && (emission == TableSpec.Emission.ROWS || (emission == TableSpec.Emission.ONCE && row.value != null));
        if (emit) {
            row.announced = true;
            emissions.add(new Emission(row.table.spec().id(), row.key, row.value, payload, row.timestamp));
        }
        return new Change(row.table.bytes(row.key), payload, row.timestamp, emit);
    }

    /** Returns the number of the last commit of which all was given to the producer. */
    private long passedOn() {
        return Stream.of(unemitted, pending)
                        .flatMap(Collection::stream)
                        .filter(commit -> !commit.emissions.isEmpty())
                        .mapToLong(Commit::number)
                        .min()
                        .orElse(number + 1)
                - 1;
    }

    private long oldest() {
        var first = pending.isEmpty() ? number : pending.peekFirst().number();
        return oldest == null ? first : oldest.number;
    }

    /** Adds the rows that only the oldest commits have, and returns those commits. The last one goes when it is old only. */
    private List<Stored> clean(List<Change> changes) {
        var budget = CLEAN_BYTES + 2 * changes.stream().mapToLong(Change::bytes).sum();
        var obsolete = new ArrayList<Stored>();
        while (budget > 0 && oldest != null && isDue(oldest)) {
            budget -= cleanOldest(changes);
            logBytes -= oldest.bytes;
            obsolete.add(oldest);
            next();
        }
        return obsolete;
    }

    /** Adds the rows that only the oldest commit has, and returns what it cost. */
    private long cleanOldest(List<Change> changes) {
        var keys = ByteBuffer.wrap(base.get(commitKey(KEYS, oldest.number)));
        var place = keys.getLong();
        var cost = 0L;
        for (; keys.hasRemaining(); place++) {
            var length = keys.getInt();
            if (replaced.has(place)) {
                keys.position(keys.position() + length);
                continue;
            }
            var bytes = new byte[length];
            keys.get(bytes);
            var key = Bytes.wrap(bytes);
            var stored = base.get(key);
            if (stored != null && ByteBuffer.wrap(stored).getLong() == place && !isHeld(key)) {
                var timestamp = ByteBuffer.wrap(stored).getLong(Long.BYTES);
                var change = new Change(key, Arrays.copyOfRange(stored, ROW_HEADER, stored.length), timestamp, false);
                changes.add(change);
                cost += change.bytes();
            }
            cost += LOOK_COST;
        }
        replaced.forgetBefore(place);
        return cost;
    }

    /** Returns the number of the last commit in the base. */
    private long lastStored() {
        return pending.isEmpty() ? number : pending.peekFirst().number() - 1;
    }

    /** Goes on to the commit after the oldest one: their numbers have no gaps. */
    private void next() {
        var key = commitKey(COMMIT, oldest.number + 1);
        var stored = base.get(key);
        oldest = stored == null ? null : readStored(key, stored);
    }

    private boolean isDue(Stored commit) {
        var age = settings.now().getAsLong() - commit.at;
        var after = settings.rewriteAfter().toMillis();
        var isOld = after > 0 && age >= after;
        var isLast = commit.number == lastStored();
        return commit.number <= emittedThrough
                && (isOld || (!isLast && logBytes > Math.max(SHORT_BYTES, 2 * rowBytes)));
    }

    private boolean isHeld(Bytes key) {
        var table = tables.get((char) key.get()[0]);
        return table != null && table.holds(StateTable.key(key));
    }

    /** Gives the base the commits that are certain. */
    void settle() {
        while (!pending.isEmpty() && isCertain(pending.peekFirst())) {
            store(pending.pollFirst());
        }
    }

    /** A process that has read nothing since its start commits no positions; none can be behind it. */
    private boolean isCertain(Commit commit) {
        return settings.certain() || !commit.consumed || settings.accepted().getAsLong() > commit.accepted;
    }

    private void store(Commit commit) {
        var changes = commit.record.changes();
        var rows = new ArrayList<KeyValue<Bytes, byte[]>>(changes.size() + 2);
        var place = nextPlace;
        for (var change : changes) {
            rows.add(KeyValue.pair(change.key(), change.payload() == null ? null : row(nextPlace, change)));
            nextPlace++;
        }
        rows.add(KeyValue.pair(commitKey(COMMIT, commit.number()), bytes(commit.stored)));
        rows.add(KeyValue.pair(commitKey(KEYS, commit.number()), keys(place, changes)));
        for (var old : commit.obsolete) {
            rows.add(KeyValue.pair(commitKey(COMMIT, old.number), null));
            rows.add(KeyValue.pair(commitKey(KEYS, old.number), null));
        }
        base.putAll(rows);
        oldest = oldest == null ? commit.stored : oldest;
        logBytes += commit.stored.bytes;
        for (var number = 0; number < commit.rows.size(); number++) { // The first of the changes, in the same order.
            stored(commit.rows.get(number), changes.get(number), place + number);
        }
        commit.obsolete.forEach(old -> addGarbage(old.writer, old.number, old.parts));
        if (!commit.emissions.isEmpty()) {
            unemitted.add(commit);
        }
    }

    private void stored(StateTable.Row<?> row, Change change, long place) {
        if (row.stored > 0) {
            replaced.add(row.place);
        }
        if (change.payload() == null) {
            replaced.add(place); // A deletion goes with the rows that it is behind.
        }
        row.place = place;
        var bytes = change.payload() == null ? 0 : change.key().get().length + ROW_HEADER + change.payload().length;
        rowBytes += bytes - row.stored;
        row.stored = bytes;
        row.pending--;
        if (row.pending == 0 && !row.changed) {
            row.release();
        }
    }

    private static byte[] row(long place, Change change) {
        return ByteBuffer.allocate(ROW_HEADER + change.payload().length)
                .putLong(place)
                .putLong(change.timestamp())
                .put(change.payload())
                .array();
    }

    private void forgetKeys(Stored commit) {
        base.delete(commitKey(COMMIT, commit.number));
        base.delete(commitKey(KEYS, commit.number));
    }

    private void addGarbage(UUID by, long commit, int parts) {
        for (var part = 0; part < parts; part++) {
            garbage.add(new CommitRecord.Key(by, commit, part, parts).bytes());
        }
    }

    private void forget(Stored commit) {
        logBytes -= commit.bytes;
        forgetKeys(commit);
    }

    /** Passes on what has changed, if the commit that is about to follow takes both or nothing. */
    void emitBeforeCommit(Emitter emitter) {
        if (!settings.certain()) {
            return;
        }
        var due = new ArrayList<StateTable.Row<?>>();
        for (var row : changed) {
            var emission = row.table.spec().emission();
            if (!row.emitted
                    && (emission == TableSpec.Emission.ROWS
                            || emission == TableSpec.Emission.ONCE && row.value != null)) {
                due.add(row);
            }
        }
        for (var deletions : List.of(true, false)) {
            for (var row : due) {
                if ((row.value == null) == deletions) {
                    emitter.emit(row.table.spec().id(), row.key, row.value, row.payload(), row.timestamp);
                    row.emitted = true;
                    row.announced = true;
                    if (row.table.spec().emission() == TableSpec.Emission.ONCE) {
                        row.table.delete(row.key);
                    }
                }
            }
        }
    }

    /** Passes on what certain commits have changed: of each row the latest, and deletions first. */
    void emit(Emitter emitter) {
        if (unemitted.isEmpty()) {
            return;
        }
        var emissions = unemitted.size() == 1 ? unemitted.peekFirst().emissions : latestEmissions();
        unemitted.clear();
        for (var deletions : List.of(true, false)) {
            for (var emission : emissions) {
                if (emission.isDeletion() == deletions) {
                    emit(emission, emitter);
                }
            }
        }
    }

    private Collection<Emission> latestEmissions() {
        var latest = new LinkedHashMap<String, Emission>();
        unemitted.forEach(
                commit -> commit.emissions.forEach(emission -> latest.put(emission.table + emission.key, emission)));
        return latest.values();
    }

    private void emit(Emission emission, Emitter emitter) {
        var table = tables.get(emission.table);
        var value = emission.value == null
                        && emission.payload != null
                        && table.spec().held()
                ? table.parse(emission.payload)
                : emission.value;
        emitter.emit(emission.table, emission.key, value, emission.payload, emission.timestamp);
        if (table.spec().emission() == TableSpec.Emission.ONCE && !table.holds(emission.key)) {
            table.delete(emission.key); // Else it has a new value already, which is passed on later.
        }
    }

    /** Closes the base. Where the task has just committed, the next process is told what it need not pass on again. */
    void close() {
        tables.values().forEach(StateTable::clear);
        try {
            if (begun && !settings.certain() && changed.isEmpty() && !advanced) {
                commit();
            }
        } finally {
            base.close();
        }
    }

    private static boolean isOwn(Bytes key) {
        return key.get()[0] == OWN;
    }

    private static long size(Bytes key, byte[] row) {
        return key.get().length + row.length;
    }

    private static Bytes commitKey(byte kind, long number) {
        return Bytes.wrap(ByteBuffer.allocate(2 + Long.BYTES)
                .put(OWN)
                .put(kind)
                .putLong(number)
                .array());
    }

    private static byte[] bytes(Stored commit) {
        return bytes(64, out -> {
            write(commit.writer, out);
            out.writeShort(commit.parts);
            out.writeLong(commit.bytes);
            out.writeLong(commit.at);
        });
    }

    private static byte[] keys(long place, List<Change> changes) {
        var length = changes.stream()
                .mapToInt(change -> Integer.BYTES + change.key().get().length)
                .sum();
        var bytes = ByteBuffer.allocate(Long.BYTES + length).putLong(place);
        for (var change : changes) {
            CommitRecord.write(change.key().get(), bytes);
        }
        return bytes.array();
    }

    private Stored readStored(Bytes key, byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            var by = readWriter(in);
            var parts = in.readUnsignedShort();
            var length = in.readLong();
            return new Stored(ByteBuffer.wrap(key.get()).getLong(2), by, parts, length, in.readLong());
        } catch (IOException e) {
            throw new UncheckedIOException("The local rows of " + changelog + " cannot be read", e);
        }
    }

    private interface Fields {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] bytes(int length, Fields fields) {
        var bytes = new ByteArrayOutputStream(length);
        try (var out = new DataOutputStream(bytes)) {
            fields.write(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void write(UUID by, DataOutputStream out) throws IOException {
        out.writeLong(by.getMostSignificantBits());
        out.writeLong(by.getLeastSignificantBits());
    }

    private static UUID readWriter(DataInputStream in) throws IOException {
        return new UUID(in.readLong(), in.readLong());
    }
}

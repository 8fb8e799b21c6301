package millrace.analytics.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

/**
 * Processes that die at any point, lose what they have sent, are suspended and wake up: the rows and the folded channel are
 * those of a process that never failed.
 */
class TaskStateTest {
    private static final TopicPartition INPUT = new TopicPartition("input", 0);
    private static final TableSpec<Long> SUMS =
            TableSpec.of('s', "sums", Serdes.Long(), 3).emitting(TableSpec.Emission.ROWS);

    /** Each key is a row that moves: the sum of two rows is one, so a half commit shows. */
    private static final TableSpec<Long> MOVES =
            TableSpec.of('m', "moves", Serdes.Long(), 3).withoutValues();

    /** A row for each record, which is passed on once. */
    private static final TableSpec<Long> ONCE =
            TableSpec.of('o', "once", Serdes.Long(), 0).emitting(TableSpec.Emission.ONCE);

    private static final TableSpec<String> TEXTS = TableSpec.of('t', "texts", Serdes.String(), 3);

    private static final int KEYS = 7;
    private static final int SEEDS = 2_000;

    /** Records of the changelog as the brokers have them, and a channel. */
    private static final class Brokers {
        final List<KeyValue<byte[], byte[]>> log = new ArrayList<>();
        final Map<String, Long> channel = new TreeMap<>();
        final Set<Long> emitted = new HashSet<>();
        long committed;
        long end;
        int generation;
        long now = 1_000_000;

        /** Keeps the latest record of each key in the first part of the log. */
        void compact(int clean) {
            var latest = new HashMap<Bytes, Integer>();
            for (var i = 0; i < log.size(); i++) {
                latest.put(Bytes.wrap(log.get(i).key), i);
            }
            var kept = new ArrayList<KeyValue<byte[], byte[]>>();
            for (var i = 0; i < log.size(); i++) {
                if (i >= clean || latest.get(Bytes.wrap(log.get(i).key)) == i) {
                    kept.add(log.get(i));
                }
            }
            log.clear();
            log.addAll(kept);
        }

        /** Deletes what is older, as a topic does that is compacted and expires. */
        void expire(Duration retention) {
            log.removeIf(record -> {
                var key = CommitRecord.Key.of(record.key);
                return !key.isFence()
                        && record.value != null
                        && CommitRecord.read("log", record.value).at() < now - retention.toMillis();
            });
        }
    }

    /** A process that owns the task, or believes to. */
    private static final class Process {
        final Brokers brokers;
        final boolean certain;
        final int generation;
        final List<KeyValue<byte[], byte[]>> unsent = new ArrayList<>();
        final List<KeyValue<String, Long>> unsentChannel = new ArrayList<>();
        final TaskState state;
        long accepted;
        long position;

        Process(Brokers brokers, boolean certain) {
            this.brokers = brokers;
            this.certain = certain;
            generation = ++brokers.generation;
            var settings = new TaskState.Settings(certain, Duration.ofDays(2), () -> accepted, () -> brokers.now);
            state = new TaskState(
                    "changelog",
                    Stores.inMemoryKeyValueStore("base").get(),
                    (key, value) -> unsent.add(KeyValue.pair(key, value)),
                    settings);
            if (!certain) {
                brokers.log.add(state.announcement());
            }
            brokers.log.forEach(record -> state.restore(record.key, record.value));
            state.begin();
            state.table(SUMS);
            state.table(MOVES);
            state.table(ONCE);
            position = brokers.committed;
        }

        /** Reads a record: adds it to one row, and moves another. */
        void read() {
            var offset = position++;
            brokers.end = Math.max(brokers.end, position);
            if (!state.advance(INPUT, offset)) {
                return;
            }
            apply(state.table(SUMS), state.table(MOVES), offset);
            state.table(ONCE).put("once" + offset, offset, offset);
        }

        static void apply(StateTable<Long> sums, StateTable<Long> moves, long offset) {
            var key = "k" + offset * 31 % KEYS;
            var before = sums.get(key);
            sums.put(key, (before == null ? 0 : before) + offset, offset);
            var from = "from" + offset % 5;
            var moved = moves.get(from);
            if (moved == null) {
                moves.put(from, offset, offset);
                sums.put("moved" + offset % 5, offset, offset);
            } else {
                moves.delete(from);
                sums.delete("moved" + offset % 5);
            }
        }

        void tick() {
            state.settle();
            state.emit((table, key, value, payload, timestamp) -> unsentChannel.add(KeyValue.pair(key, (Long) value)));
        }

        void beforeCommit() {
            state.emitBeforeCommit(
                    (table, key, value, payload, timestamp) -> unsentChannel.add(KeyValue.pair(key, (Long) value)));
        }

        /** The brokers take what was sent. */
        void flush() {
            brokers.log.addAll(unsent);
            unsent.clear();
            flushChannel();
        }

        private void flushChannel() {
            unsentChannel.forEach(record -> {
                if (record.key.startsWith("once")) {
                    brokers.emitted.add(record.value);
                } else {
                    brokers.channel.put(record.key, record.value == null ? -1L : record.value);
                }
            });
            unsentChannel.clear();
        }

        /** The group takes positions of its members only. */
        boolean commitPositions() {
            if (generation != brokers.generation) {
                return false;
            }
            brokers.committed = position;
            accepted++;
            return true;
        }

        boolean commit() {
            state.commit();
            flush();
            return commitPositions();
        }

        Map<String, Long> rows() {
            var rows = new TreeMap<String, Long>();
            state.table(SUMS).all().forEach(row -> rows.put(row.key(), row.value()));
            return rows;
        }
    }

    @Test
    void a_task_that_is_idle_for_longer_than_the_changelog_keeps_its_records_loses_nothing() {
        var brokers = new Brokers();
        var process = new Process(brokers, false);
        for (var record = 0; record < 10; record++) {
            process.read();
        }
        process.commit();
        process.tick();
        var rows = process.rows();
        for (var day = 0; day < 30; day++) {
            brokers.now += Duration.ofDays(1).toMillis();
            process.commit();
            process.tick();
            brokers.expire(Duration.ofDays(7));
        }

        assertThat(new Process(brokers, false).rows()).isEqualTo(rows).isNotEmpty();
    }

    @Test
    void a_commit_that_is_aborted_with_its_transaction_is_done_again() {
        var brokers = new Brokers();
        var process = new Process(brokers, true);
        for (var round = 0; round < 20; round++) {
            process.read();
            process.tick();
            process.beforeCommit();
            process.state.commit();
            if (round % 3 == 0) { // Nothing of it is there, and its positions are not committed.
                process = new Process(brokers, true);
            } else {
                process.flush();
                process.commitPositions();
            }
        }

        assertThat(process.rows()).isEqualTo(plain(process.position));
        assertThat(brokers.emitted).isEqualTo(offsets(process.position));
    }

    @Test
    void a_large_commit_whose_middle_is_lost_counts_for_nothing() {
        var brokers = new Brokers();
        var process = new Process(brokers, false);
        var texts = process.state.table(TEXTS);
        texts.put("before", "x", 0);
        process.commit();
        for (var row = 0; row < 40; row++) {
            texts.put("row" + row, "x".repeat(50_000), 0);
        }
        process.state.commit();
        assertThat(process.unsent).hasSizeGreaterThan(3);
        process.unsent.remove(1);
        brokers.log.addAll(process.unsent);

        var next = new Process(brokers, false);
        assertThat(next.state.table(TEXTS).all())
                .extracting(StateTable.Row::key)
                .containsExactly("before");
        next.state.table(TEXTS).put("after", "y".repeat(1_500_000), 0);
        next.commit();
        assertThat(new Process(brokers, false).state.table(TEXTS).all())
                .extracting(StateTable.Row::key)
                .containsExactly("after", "before");
    }

    @Test
    void two_tables_with_one_id_are_refused_though_their_formats_are_one() {
        var state = new Process(new Brokers(), false).state;
        var views = TwoPhaseAggregate.of("views", 'A', 1, null).rows();
        state.table(views);
        state.table(views);

        assertThatThrownBy(() ->
                        state.table(TwoPhaseAggregate.of("sales", 'A', 1, null).rows()))
                .hasMessage("Two tables of changelog have the id A: views and sales");
    }

    @Test
    void a_commit_is_asked_for_early_where_few_rows_are_large() {
        var process = new Process(new Brokers(), false);
        var texts = process.state.table(TEXTS);
        for (var row = 0; row < 40; row++) {
            texts.put("row" + row, "x".repeat(250_000), 0);
        }
        process.commit();
        process.state.settle();
        for (var row = 0; row < 30; row++) {
            texts.put("row" + row, "y", 1);
        }
        assertThat(process.state.isLarge()).isFalse();
        for (var row = 30; row < 40; row++) {
            texts.put("row" + row, "y", 1);
        }
        assertThat(process.state.isLarge()).isTrue();
        process.commit();
        assertThat(process.state.isLarge()).isFalse();
    }

    @Test
    void a_value_that_is_passed_on_late_does_not_take_a_newer_one_with_it() {
        var brokers = new Brokers();
        var process = new Process(brokers, false);
        var once = process.state.table(ONCE);
        process.read();
        once.put("total", 1L, 0);
        process.commit();
        process.state.settle();
        once.put("total", 2L, 0);
        process.tick();
        process.commit();
        process.tick();
        process.flush();

        assertThat(brokers.channel).containsEntry("total", 2L);
    }

    @Test
    void what_was_passed_on_behind_a_commit_is_not_passed_on_again_by_the_next_process() {
        for (var certain : List.of(true, false)) {
            var brokers = new Brokers();
            var process = new Process(brokers, certain);
            process.state.table(SUMS).put("row", 1L, 0);
            process.state.advance(INPUT, process.position++);
            process.commit();
            process.tick();
            assertThat(process.unsentChannel).hasSize(1);
            process.commit();
            process.state.close();
            process.flush();

            var next = new Process(brokers, certain);
            next.tick();
            assertThat(next.unsentChannel).as("with transactions: %s", certain).isEmpty();
            next.commit(); // With transactions it announces its writer.
            var written = brokers.log.size();
            for (var times = 0; times < 5; times++) {
                next.commit();
                next.tick();
            }
            assertThat(brokers.log).as("an idle task writes nothing").hasSize(written);
        }
    }

    @Test
    void a_task_that_is_closed_before_its_commit_leaves_nothing_of_it() {
        var brokers = new Brokers();
        var process = new Process(brokers, false);
        for (var times = 0; times < 3; times++) {
            process.read();
            process.commit();
            process.tick();
        }
        process.read();
        process.state.close();
        process.flush();

        var next = new Process(brokers, false);
        next.read();
        assertThat(next.rows()).isEqualTo(plain(next.position)).isNotEmpty();
    }

    private static Set<Long> offsets(long end) {
        return LongStream.range(0, end).boxed().collect(Collectors.toSet());
    }

    @Test
    void whatever_dies_and_wakes_up_rows_and_channel_are_as_without_failures() {
        for (var seed = 0; seed < SEEDS; seed++) {
            run(seed);
        }
    }

    private static void run(int seed) {
        var random = new Random(seed);
        var brokers = new Brokers();
        var process = new Process(brokers, false);
        Process zombie = null;
        for (var step = 0; step < 120; step++) {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3, 4 -> process.read();
                case 5, 6 -> process.commit();
                case 7 -> process.tick();
                case 8 -> { // Dies in the midst of a commit: some of what it sent is lost from a point on.
                    process.state.commit();
                    var sent = random.nextInt(process.unsent.size() + 1);
                    brokers.log.addAll(process.unsent.subList(0, sent));
                    if (sent == process.unsent.size() && random.nextBoolean()) {
                        process.commitPositions();
                    }
                    process = new Process(brokers, false);
                }
                case 9 -> { // Is suspended before what it sent is out, and another takes over.
                    zombie = process;
                    if (random.nextBoolean()) {
                        zombie.state.commit();
                    }
                    process = new Process(brokers, false);
                }
                case 10 -> { // Wakes up: what was on its way arrives, its commit is refused.
                    if (zombie != null) {
                        zombie.unsentChannel.clear(); // It may arrive, and is an older value: no state can keep it out.
                        zombie.commit();
                        zombie = null;
                    }
                }
                default -> {
                    brokers.compact(random.nextInt(brokers.log.size() + 1));
                    brokers.now += random.nextInt(200) * 3_600_000L;
                }
            }
        }
        while (process.position < brokers.end) {
            process.read();
        }
        for (var times = 0; times < 3; times++) {
            process.commit();
            process.tick();
        }
        process.flush();
        var expected = plain(process.position);
        assertThat(process.rows()).as("rows of seed %d", seed).isEqualTo(expected);
        assertThat(new Process(brokers, false).rows())
                .as("restored rows of seed %d", seed)
                .isEqualTo(expected);
        assertThat(brokers.emitted).as("passed on once, of seed %d", seed).isEqualTo(offsets(brokers.end));
        assertThat(process.state.table(ONCE).all())
                .as("left to pass on, of seed %d", seed)
                .isEmpty();
        var channel = new TreeMap<>(brokers.channel);
        channel.values().removeIf(value -> value == -1);
        assertThat(channel).as("channel of seed %d", seed).isEqualTo(expected);
    }

    private static Map<String, Long> plain(long position) {
        var once = new Process(new Brokers(), true);
        while (once.position < position) {
            once.read();
        }
        return once.rows();
    }
}

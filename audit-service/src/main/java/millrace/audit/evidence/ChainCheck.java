package millrace.audit.evidence;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import millrace.audit.Position;
import millrace.audit.Positions;
import millrace.audit.evidence.ChainFinding.Kind;
import millrace.audit.evidence.tree.GrowingTree;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.table.ArchivedRecord;
import millrace.audit.table.ChainEntry;
import millrace.audit.table.ChainName;
import millrace.audit.table.Discontinuity;
import millrace.audit.table.EntryTables;
import millrace.audit.table.JdbcStatements;

/** Checks a chain segment by segment in the order of the log, then what is not signed yet, then the broker. */
final class ChainCheck {
    /** Entries may be gone so many months early: a segment may be closed in the month after its entries were archived. */
    private static final int EARLY_MONTHS = 1;

    private final ChainName name;
    private final VerificationSources sources;
    private final boolean askedFor;
    private Optional<Segment> last = Optional.empty();
    /** The first segment of the last incarnation that is asked for. */
    private Optional<Segment> firstAsked = Optional.empty();

    private ChainFinding finding;
    private String note;
    private long hashed;
    private long segments;
    private long compared;
    private long redacted;
    private long gaps;
    private long unproven;
    private long removed;
    private long unsigned;
    private boolean isComplete;

    ChainCheck(ChainName name, VerificationSources sources) {
        this.name = name;
        this.sources = sources;
        this.askedFor = sources.query().asksFor(name);
    }

    boolean isAskedFor() {
        return askedFor;
    }

    ChainVerdict verdict() {
        return new ChainVerdict(
                name.channel(),
                name.partition(),
                hashed,
                segments,
                compared,
                redacted,
                gaps,
                unproven,
                removed,
                unsigned,
                finding,
                isComplete || finding != null,
                note);
    }

    /** Starts behind the segments of a log, which are not asked for. */
    void begin(GrowingTree log) throws SQLException {
        if (log.size() == 0 || !askedFor) {
            return;
        }
        var before = sources.get(connection -> LogTables.lastBefore(connection, name, log.size()));
        last = before.map(Segment.Logged::segment);
        if (before.isPresent()
                && !sources.get(connection -> LogTables.isLogged(connection, before.get(), log.size(), log.root()))) {
            finding = changedRow(before.get().segment())
                    .orElseThrow()
                    .in(before.get().segment().number());
        }
    }

    /** @param signed false if the row of the segment is not what is in the tree */
    void add(Segment segment, boolean signed) throws SQLException {
        if (askedFor && finding == null) {
            segments++;
            finding = check(segment, signed)
                    .map(found -> found.in(segment.number()))
                    .orElse(null);
        }
        last = Optional.of(segment);
    }

    /** Checks what is behind the last segment, and compares with the broker. */
    void finish() throws SQLException {
        if (!askedFor || finding != null || sources.query().isOver()) {
            return;
        }
        if (sources.query().asksForNow()) {
            finding = unsignedEntries().orElse(null);
            if (finding == null
                    && sources.query().withBroker()
                    && !name.channel().equals(AcceptedBackups.CHAIN.channel())) {
                finding = broker().orElse(null);
            }
        }
        isComplete = !sources.query().isOver();
    }

    private Optional<ChainFinding> check(Segment segment, boolean signed) throws SQLException {
        if (!signed) {
            return changedRow(segment);
        }
        var isNext = segment.number() == last.map(before -> before.number() + 1).orElse(0L)
                && segment.firstSeq() == last.map(Segment::nextSeq).orElse(0L)
                && Arrays.equals(segment.previous(), Segment.previous(name, last));
        if (!isNext) {
            return found(Kind.MISSING, "segment %d does not continue the one before".formatted(segment.number()));
        }
        unproven += segment.unproven();
        if (!sources.query().asksFor(Instant.ofEpochMilli(segment.closedMs()))) {
            return Optional.empty();
        }
        if (firstAsked.filter(first -> first.life() == segment.life()).isEmpty()) {
            firstAsked = Optional.of(segment);
        }
        return entries(segment);
    }

    private Optional<ChainFinding> entries(Segment segment) throws SQLException {
        var there = sources.entries().read(segment);
        if (there.isEmpty() && isExpired(segment)) {
            removed += segment.entries();
            return Optional.empty();
        }
        hashed += there.size();
        gaps += there.stream().filter(Discontinuity.class::isInstance).count();
        var wrong = wrongNumber(segment, there);
        if (wrong.isPresent()) {
            return wrong;
        }
        return LogTables.areOf(segment, there) ? Optional.empty() : Optional.of(changed(segment, there));
    }

    private boolean isExpired(Segment segment) {
        var closed = YearMonth.from(Instant.ofEpochMilli(segment.closedMs()).atZone(ZoneOffset.UTC));
        return sources.identity()
                .retention()
                .map(kept -> closed.minusMonths(EARLY_MONTHS)
                        .isBefore(YearMonth.now(ZoneOffset.UTC).minus(kept)))
                .orElse(false);
    }

    private Optional<ChainFinding> wrongNumber(Segment segment, List<ChainEntry> there) throws SQLException {
        var seq = segment.firstSeq();
        for (var entry : there) {
            if (entry.seq() < seq) {
                return found(Kind.INSERTED, entry, "entry %d is there more than once");
            }
            if (entry.seq() > seq) {
                return found(Kind.MISSING, seq, "entry %d is not there");
            }
            if (entry.life() != segment.life() || !entry.topicId().equals(segment.topicId())) {
                return found(Kind.CHANGED, entry, "entry %d is not what was archived");
            }
            seq++;
        }
        if (seq < segment.nextSeq()) {
            var isMore = sources.get(connection -> EntryTables.isAny(connection, name, segment.nextSeq()));
            return found(isMore ? Kind.MISSING : Kind.CUT_OFF, seq, "entry %d is not there");
        }
        return Optional.empty();
    }

    /** Names the record, if the broker still has the records of the segment. */
    private ChainFinding changed(Segment segment, List<ChainEntry> there) throws SQLException {
        var offset = -1L;
        for (var entry : there) {
            if (entry instanceof ArchivedRecord record) {
                if (record.offset() <= offset) {
                    return found(Kind.CHANGED, record, "entry %d is not in its place")
                            .orElseThrow();
                }
                offset = record.offset();
            }
        }
        var named = compare(
                segment.topicId(), segment.life(), segment.firstSeq(), segment.fromOffset(), segment.toOffset(), false);
        return named.orElseGet(() -> new ChainFinding(
                Kind.CHANGED,
                null,
                null,
                segment.number(),
                "an entry of %d to %d is not what was archived".formatted(segment.firstSeq(), segment.nextSeq() - 1)));
    }

    /** Nothing is wrong where the service has signed another segment meanwhile: it signed what it had read. */
    private Optional<ChainFinding> unsignedEntries() throws SQLException {
        var next = last.map(Segment::nextSeq).orElse(0L);
        return sources.get(connection -> {
            JdbcStatements.execute(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            var newest = LogTables.last(connection, name).map(Segment.Logged::segment);
            if (newest.map(Segment::nextSeq).orElse(0L) > next) {
                return Optional.empty();
            }
            var position = Positions.find(connection, name);
            return position.isEmpty()
                    ? found(Kind.MISSING, "the position of the chain is not there")
                    : unsignedEntries(connection, next, position.get());
        });
    }

    private Optional<ChainFinding> unsignedEntries(Connection connection, long next, Position position)
            throws SQLException {
        if (position.nextSeq() < next) {
            return found(Kind.CHANGED, position.nextSeq(), "the position is before entry %d, which was signed");
        }
        // A new incarnation is signed in the transaction that begins it.
        if (last.isPresent() && !isBehind(position, last.get())) {
            return found(
                    Kind.CHANGED,
                    "the position is not behind segment %d, or of another topic or incarnation"
                            .formatted(last.get().number()));
        }
        var outside = EntryTables.beforeFirst(connection, name);
        if (outside.isEmpty()) {
            outside = EntryTables.ofAnother(connection, name, next, position.life(), position.topicId());
        }
        if (outside.isPresent()) {
            return found(Kind.INSERTED, outside.get(), "entry %d was never archived");
        }
        if (EntryTables.isDiscontinuity(connection, name, next)) {
            return found(Kind.INSERTED, next, "a discontinuity at entry %d or behind it was never signed");
        }
        var select = "SELECT seq FROM records WHERE channel = ? AND partition = ? AND seq >= ? ORDER BY seq";
        var there =
                JdbcStatements.query(connection, select, row -> row.getLong(1), name.channel(), name.partition(), next);
        var seq = next;
        for (var number : there) {
            if (number < seq || seq >= position.nextSeq()) {
                return found(Kind.INSERTED, number, "entry %d was never archived");
            }
            if (number > seq) {
                return found(Kind.MISSING, seq, "entry %d is not there");
            }
            seq++;
        }
        if (seq < position.nextSeq()) {
            return found(Kind.CUT_OFF, seq, "entry %d is not there, nor is one behind it");
        }
        unsigned = there.size();
        return Optional.empty();
    }

    private static boolean isBehind(Position position, Segment segment) {
        return position.life() == segment.life()
                && position.topicId().equals(segment.topicId())
                && position.nextOffset() >= segment.toOffset();
    }

    /** Compares from where a segment says that it begins: the position is not signed. */
    private Optional<ChainFinding> broker() throws SQLException {
        var position = sources.get(connection -> Positions.find(connection, name));
        if (position.isEmpty()) {
            return found(Kind.MISSING, "the position of the chain is not there");
        }
        var there = position.get();
        if (!sources.topicId(name).filter(there.topicId()::equals).isPresent()) {
            note = "the broker has another topic or none: nothing to compare with";
            unproven += unsigned;
            return Optional.empty();
        }
        if (last.isPresent() && last.get().life() != there.life()) {
            return Optional.empty(); // The service has begun another incarnation meanwhile.
        }
        var from = firstAsked
                .filter(segment -> segment.life() == there.life())
                .map(Segment::fromOffset)
                .or(() -> last.map(Segment::toOffset))
                .orElse(0L);
        var firstSeq = sources.get(connection -> LogTables.firstSeq(connection, name, there.life(), from));
        return compare(there.topicId(), there.life(), firstSeq, from, there.nextOffset(), true);
    }

    private Optional<ChainFinding> compare(UUID topicId, int life, long firstSeq, long from, long to, boolean counted)
            throws SQLException {
        if (!sources.topicId(name).filter(topicId::equals).isPresent()) {
            return Optional.empty();
        }
        var range = new BrokerComparison.OffsetRange(sources.partition(name), name, life, topicId, firstSeq, from, to);
        var visitor = new BrokerComparison.Visitor() {
            @Override
            public void same(ArchivedRecord row, boolean isRedacted) {
                compared += counted ? 1 : 0;
                redacted += counted && isRedacted ? 1 : 0;
            }

            @Override
            public void gone(ArchivedRecord row) {}
        };
        return new BrokerComparison(
                        sources.consumer(),
                        sources.transactions(),
                        sources.encryption(),
                        range,
                        visitor,
                        sources.query()::isOver)
                .first(true);
    }

    private static Optional<ChainFinding> changedRow(Segment segment) {
        return found(Kind.CHANGED, "the row of segment %d is not what was signed".formatted(segment.number()));
    }

    private static Optional<ChainFinding> found(Kind kind, String sentence) {
        return Optional.of(ChainFinding.ofLog(kind, sentence));
    }

    private static Optional<ChainFinding> found(Kind kind, long seq, String sentence) {
        return Optional.of(new ChainFinding(kind, seq, null, null, sentence.formatted(seq)));
    }

    private static Optional<ChainFinding> found(Kind kind, ChainEntry entry, String sentence) {
        var offset = entry instanceof ArchivedRecord record ? record.offset() : null;
        return Optional.of(new ChainFinding(kind, entry.seq(), offset, null, sentence.formatted(entry.seq())));
    }
}

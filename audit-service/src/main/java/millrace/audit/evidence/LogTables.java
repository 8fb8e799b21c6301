package millrace.audit.evidence;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import millrace.audit.evidence.tree.GrowingTree;
import millrace.audit.evidence.tree.Hashes;
import millrace.audit.evidence.tree.MerkleTree;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.evidence.tree.TreeHead;
import millrace.audit.table.ChainEntry;
import millrace.audit.table.ChainName;
import millrace.audit.table.EntryTables;
import millrace.audit.table.JdbcStatements;

/** Reads and writes the tables of the log: segments, which are its leaves, the nodes of its tree, and its checkpoints. */
final class LogTables {
    private static final String INSERT_SEGMENT = """
            INSERT INTO segments (log_index, channel, partition, segment, life, topic_id, first_seq, next_seq, from_offset,
                to_offset, root, unproven, closed_ms, previous) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    /** The hash of a node that is not there, which proves nothing. */
    private static final byte[] MISSING = {};

    private static final String OF_CHAIN = "SELECT * FROM segments WHERE channel = ? AND partition = ?";

    private LogTables() {}

    static void insert(Connection connection, List<Segment.Logged> segments, List<GrowingTree.Node> nodes)
            throws SQLException {
        JdbcStatements.executeAll(
                connection,
                INSERT_SEGMENT,
                segments.stream().map(LogTables::values).toList());
        JdbcStatements.executeAll(
                connection,
                "INSERT INTO log_nodes (level, number, hash) VALUES (?, ?, ?)",
                nodes.stream()
                        .map(node -> new Object[] {node.level(), node.number(), node.hash()})
                        .toList());
    }

    static void insert(Connection connection, TreeHead head, String note) throws SQLException {
        var insert = "INSERT INTO checkpoints (size, signed_ms, note) VALUES (?, ?, ?)";
        JdbcStatements.execute(connection, insert, head.size(), head.at().toEpochMilli(), note);
    }

    /** The note of the last checkpoint. */
    static Optional<String> latestCheckpoint(Connection connection) throws SQLException {
        return lastCheckpoint(connection, Long.MAX_VALUE);
    }

    /** The note of the first checkpoint of a log of at least {@code size} segments. */
    static Optional<String> firstCheckpoint(Connection connection, long size) throws SQLException {
        var select = "SELECT note FROM checkpoints WHERE size >= ? ORDER BY size, signed_ms LIMIT 1";
        return JdbcStatements.first(connection, select, row -> row.getString(1), size);
    }

    /** The note of the last checkpoint of a log of at most {@code size} segments. */
    static Optional<String> lastCheckpoint(Connection connection, long size) throws SQLException {
        var select = "SELECT note FROM checkpoints WHERE size <= ? ORDER BY size DESC, signed_ms DESC LIMIT 1";
        return JdbcStatements.first(connection, select, row -> row.getString(1), size);
    }

    /** Behind the index of the last segment. */
    static long size(Connection connection) throws SQLException {
        var select = "SELECT least(coalesce(max(log_index), -1), %d) + 1 FROM segments".formatted(Long.MAX_VALUE - 1);
        return JdbcStatements.number(connection, select);
    }

    /** True if there is a segment with an index outside of {@code [0, size)}. */
    static boolean isSegmentOutside(Connection connection, long size) throws SQLException {
        var select = "SELECT EXISTS (SELECT FROM segments WHERE log_index < 0 OR log_index >= ?)";
        return JdbcStatements.isTrue(connection, select, size);
    }

    /** The note of the last checkpoint of a log of at most {@code size} segments whose row says that it is of before a time. */
    static Optional<String> checkpointBefore(Connection connection, long size, Instant time) throws SQLException {
        var select = "SELECT note FROM checkpoints WHERE size <= ? AND signed_ms < ?"
                + " ORDER BY size DESC, signed_ms DESC LIMIT 1";
        return JdbcStatements.first(connection, select, row -> row.getString(1), size, time.toEpochMilli());
    }

    /** The note of the first checkpoint of a log of at least {@code size} segments whose row says that it is of after a time. */
    static Optional<String> checkpointAfter(Connection connection, long size, Instant time) throws SQLException {
        var select = "SELECT note FROM checkpoints WHERE size >= ? AND signed_ms > ? ORDER BY size, signed_ms LIMIT 1";
        return JdbcStatements.first(connection, select, row -> row.getString(1), size, time.toEpochMilli());
    }

    /** The index of the first segment that was closed at that time or later; the size of the log if there is none. */
    static long firstSince(Connection connection, Instant time) throws SQLException {
        var select = "SELECT log_index FROM segments WHERE closed_ms >= ? ORDER BY closed_ms, log_index LIMIT 1";
        var found = JdbcStatements.first(connection, select, row -> row.getLong(1), time.toEpochMilli());
        return found.isPresent() ? found.get() : size(connection);
    }

    /** Up to {@code most} segments with an index of at least {@code first}, in order. */
    static List<Segment.Logged> from(Connection connection, long first, int most) throws SQLException {
        var select = "SELECT * FROM segments WHERE log_index >= ? ORDER BY log_index LIMIT " + most;
        return JdbcStatements.query(connection, select, LogTables::logged, first);
    }

    /** The last segment of a chain. */
    static Optional<Segment.Logged> last(Connection connection, ChainName chain) throws SQLException {
        return lastBefore(connection, chain, Long.MAX_VALUE);
    }

    /** The last segment of a chain with an index before {@code index}. */
    static Optional<Segment.Logged> lastBefore(Connection connection, ChainName chain, long index) throws SQLException {
        var select = OF_CHAIN + " AND log_index < ? ORDER BY segment DESC LIMIT 1";
        return JdbcStatements.first(connection, select, LogTables::logged, chain.channel(), chain.partition(), index);
    }

    /** The first segments of a chain. */
    static List<Segment.Logged> ofChain(Connection connection, ChainName chain, int most) throws SQLException {
        var select = OF_CHAIN + " ORDER BY segment LIMIT " + most;
        return JdbcStatements.query(connection, select, LogTables::logged, chain.channel(), chain.partition());
    }

    /** The segments of a chain that have an offset, of the last incarnation first. */
    static List<Segment.Logged> at(Connection connection, ChainName chain, long offset) throws SQLException {
        var select = OF_CHAIN + " AND from_offset <= ? AND to_offset > ? ORDER BY segment DESC";
        return JdbcStatements.query(
                connection, select, LogTables::logged, chain.channel(), chain.partition(), offset, offset);
    }

    /** The number of the first entry of an incarnation that can have an offset of at least {@code offset}. */
    static long firstSeq(Connection connection, ChainName chain, int life, long offset) throws SQLException {
        var select = """
                SELECT coalesce(
                    (SELECT min(first_seq) FROM segments
                     WHERE channel = ? AND partition = ? AND life = ? AND to_offset > ?),
                    (SELECT max(next_seq) FROM segments WHERE channel = ? AND partition = ?),
                    0)""";
        return JdbcStatements.number(
                connection,
                select,
                chain.channel(),
                chain.partition(),
                life,
                offset,
                chain.channel(),
                chain.partition());
    }

    /** The rows of the entries of a segment. */
    static List<ChainEntry> entries(Connection connection, Segment segment) throws SQLException {
        return EntryTables.read(connection, segment.chain(), segment.firstSeq(), segment.nextSeq());
    }

    /** True if the entries are those whose root hash the segment has. */
    static boolean areOf(Segment segment, List<ChainEntry> entries) {
        var root = MerkleTree.root(entries.stream().map(Hashes::leaf).toList());
        return !entries.isEmpty() && Arrays.equals(root, segment.root());
    }

    /** The tree of the log. A node that is not there is an empty hash, which proves nothing. */
    static MerkleTree.Nodes<SQLException> nodes(Connection connection) {
        var select = "SELECT hash FROM log_nodes WHERE level = ? AND number = ?";
        return (level, number) -> JdbcStatements.first(connection, select, row -> row.getBytes(1), level, number)
                .orElse(MISSING);
    }

    /** True if the segment is in the log with that root hash. */
    static boolean isLogged(Connection connection, Segment.Logged logged, long size, byte[] root) throws SQLException {
        var proof = inclusionProof(connection, logged.index(), size);
        return MerkleTree.includes(root, size, Hashes.leaf(logged.segment()), logged.index(), proof);
    }

    /** The proof that a segment is in the log of the first {@code size} segments. Reads the nodes of the proof by one query. */
    static List<byte[]> inclusionProof(Connection connection, long index, long size) throws SQLException {
        var wanted = new LinkedHashSet<Node>();
        MerkleTree.<RuntimeException>inclusionProof(
                (level, number) -> {
                    wanted.add(new Node(level, number));
                    return MISSING;
                },
                index,
                size);
        var select =
                "SELECT level, number, hash FROM log_nodes JOIN unnest(?, ?) wanted (level, number) USING (level, number)";
        var hashes = new HashMap<Node, byte[]>();
        JdbcStatements.query(
                connection,
                select,
                row -> hashes.put(new Node(row.getInt(1), row.getLong(2)), row.getBytes(3)),
                wanted.stream().map(Node::level).toArray(Integer[]::new),
                wanted.stream().map(Node::number).toArray(Long[]::new));
        return MerkleTree.<RuntimeException>inclusionProof(
                (level, number) -> hashes.getOrDefault(new Node(level, number), MISSING), index, size);
    }

    private record Node(int level, long number) {}

    /** Up to {@code most} leaves of the tree from {@code first} on, in order; a leaf that is not there ends them. */
    static List<byte[]> leaves(Connection connection, long first, int most) throws SQLException {
        var select =
                "SELECT number, hash FROM log_nodes WHERE level = 0 AND number >= ? AND number < ? ORDER BY number";
        var nodes = JdbcStatements.query(
                connection,
                select,
                row -> new GrowingTree.Node(0, row.getLong(1), row.getBytes(2)),
                first,
                first + most);
        return IntStream.range(0, nodes.size())
                .takeWhile(i -> nodes.get(i).number() == first + i)
                .mapToObj(i -> nodes.get(i).hash())
                .toList();
    }

    /** True if a segment has each of the records in which data of a person is encrypted. */
    static boolean isSigned(Connection connection, long subject) throws SQLException {
        var select = """
                SELECT NOT EXISTS (
                    SELECT FROM (SELECT channel, partition, max(seq) AS seq FROM records WHERE subject = ?
                        GROUP BY channel, partition) r
                    WHERE seq >= coalesce(
                        (SELECT next_seq FROM segments s WHERE s.channel = r.channel AND s.partition = r.partition
                         ORDER BY segment DESC LIMIT 1), 0))""";
        return JdbcStatements.isTrue(connection, select, subject);
    }

    private static Object[] values(Segment.Logged logged) {
        var segment = logged.segment();
        return new Object[] {
            logged.index(),
            segment.channel(),
            segment.partition(),
            segment.number(),
            segment.life(),
            segment.topicId(),
            segment.firstSeq(),
            segment.nextSeq(),
            segment.fromOffset(),
            segment.toOffset(),
            segment.root(),
            segment.unproven(),
            segment.closedMs(),
            segment.previous()
        };
    }

    private static Segment.Logged logged(ResultSet row) throws SQLException {
        var segment = new Segment(
                row.getString("channel"),
                row.getInt("partition"),
                row.getLong("segment"),
                row.getInt("life"),
                row.getObject("topic_id", UUID.class),
                row.getLong("first_seq"),
                row.getLong("next_seq"),
                row.getLong("from_offset"),
                row.getLong("to_offset"),
                row.getBytes("root"),
                row.getLong("unproven"),
                row.getLong("closed_ms"),
                row.getBytes("previous"));
        return new Segment.Logged(row.getLong("log_index"), segment);
    }
}

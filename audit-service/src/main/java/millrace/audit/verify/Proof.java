package millrace.audit.verify;

import static java.util.stream.Collectors.joining;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import millrace.audit.chain.ArchivedRecord;
import millrace.audit.chain.ChainEntry;
import millrace.audit.chain.ClosedSegment;
import millrace.audit.chain.Hashes;
import millrace.audit.chain.Merkle;
import millrace.audit.table.EntryTables;
import millrace.audit.table.JdbcStatements;
import millrace.audit.table.SegmentTable;

/**
 * That a record is in the archive: whoever has the public key can check it with nothing else.
 *
 * @param leaf canonical bytes of the record
 * @param index of the leaf in the segment
 * @param path from the leaf to the root
 */
public record Proof(ClosedSegment segment, byte[] leaf, long index, List<byte[]> path) {
    private static final String SEGMENTS = """
            SELECT * FROM segments WHERE channel = ? AND partition = ? AND from_offset <= ? AND to_offset > ?
            AND (CAST(? AS integer) IS NULL OR life = ?) ORDER BY segment DESC""";

    /**
     * Empty where the record is not archived, or its segment is not closed.
     *
     * @param life of the topic; {@code null} is the last that fits
     */
    public static Optional<Proof> of(Connection connection, String channel, int partition, long offset, Integer life)
            throws SQLException {
        for (var segment : JdbcStatements.query(
                connection, SEGMENTS, SegmentTable::of, channel, partition, offset, offset, life, life)) {
            var entries = new EntryTables().read(connection, channel, partition, segment.firstSeq(), segment.nextSeq());
            for (var i = 0; i < entries.size(); i++) {
                if (entries.get(i) instanceof ArchivedRecord kept && kept.offset() == offset) {
                    return Optional.of(of(segment, entries, i));
                }
            }
        }
        return Optional.empty();
    }

    private static Proof of(ClosedSegment segment, List<ChainEntry> entries, int index) {
        var hashes = new Hashes();
        var leaves = entries.stream().map(hashes::leaf).toList();
        return new Proof(segment, hashes.canonical(entries.get(index)), index, new Merkle(hashes).path(leaves, index));
    }

    /** As {@code java.util.Properties} read it; bytes are in base64. */
    public String text() {
        return """
                checkpoint=%s
                signature=%s
                leaf=%s
                index=%d
                path=%s
                """.formatted(
                        base64(segment.checkpoint()),
                        base64(segment.signature()),
                        base64(leaf),
                        index,
                        path.stream().map(Proof::base64).collect(joining(",")));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}

package millrace.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import millrace.audit.evidence.tree.Hashes;
import millrace.audit.evidence.tree.MerkleTree;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.evidence.tree.SignedNote;
import millrace.audit.table.ArchivedRecord;
import millrace.audit.table.EntryTables;

/**
 * A proof that a record is in the archive: an inclusion proof from the record to its segment, and one from the segment to the
 * log, whose checkpoint is signed. It is checked with the public key and nothing else.
 *
 * @param record canonical bytes of the record
 * @param index of the record in the segment
 * @param segment canonical bytes of the segment
 * @param logIndex index of the segment in the log
 * @param checkpoint signed note
 */
public record RecordProof(
        byte[] record,
        long index,
        List<byte[]> path,
        byte[] segment,
        long logIndex,
        List<byte[]> logPath,
        String checkpoint) {
    /**
     * Proves the record at an offset.
     *
     * @param life incarnation of the topic; {@code null} is the last that has the offset
     * @return empty if the record is not archived, or no checkpoint covers it yet
     * @throws Unproven if the archive is not what was signed
     */
    public static Optional<RecordProof> of(
            Connection connection, ArchiveIdentity identity, String channel, int partition, long offset, Integer life)
            throws SQLException {
        var tables = new LogTables();
        for (var logged : tables.at(connection, channel, partition, offset)) {
            if (life == null || life == logged.segment().life()) {
                var found = of(connection, identity, logged, offset);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** The rows do not lead to a signed checkpoint. */
    public static final class Unproven extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unproven(String sentence) {
            super(sentence);
        }
    }

    private static Optional<RecordProof> of(
            Connection connection, ArchiveIdentity identity, Segment.Logged logged, long offset) throws SQLException {
        var segment = logged.segment();
        var entries = new EntryTables()
                .read(connection, segment.channel(), segment.partition(), segment.firstSeq(), segment.nextSeq());
        for (var i = 0; i < entries.size(); i++) {
            if (entries.get(i) instanceof ArchivedRecord record && record.offset() == offset) {
                var hashes = new Hashes();
                var leaves = entries.stream().map(hashes::leaf).toList();
                var merkle = new MerkleTree(hashes);
                var path = merkle.inclusionProof(merkle.of(leaves), i, leaves.size());
                if (!merkle.includes(segment.root(), segment.entries(), leaves.get(i), i, path)) {
                    throw new Unproven("The entries of segment %d of %s/%d are not what was archived"
                            .formatted(segment.number(), segment.channel(), segment.partition()));
                }
                return Optional.of(of(connection, identity, logged, hashes.canonical(record), i, path));
            }
        }
        return Optional.empty();
    }

    private static RecordProof of(
            Connection connection,
            ArchiveIdentity identity,
            Segment.Logged logged,
            byte[] record,
            long index,
            List<byte[]> path)
            throws SQLException {
        var tables = new LogTables();
        var hashes = new Hashes();
        var merkle = new MerkleTree(hashes);
        var note =
                tables.latestCheckpoint(connection).orElseThrow(() -> new Unproven("The database has no checkpoint"));
        var head = SignedNote.open(note, identity.origin(), identity.keys())
                .orElseThrow(() -> new Unproven("The last checkpoint is not signed with a key of this archive"));
        var logPath = tables.inclusionProof(connection, merkle, logged.index(), head.size());
        if (!merkle.includes(head.root(), head.size(), hashes.leaf(logged.segment()), logged.index(), logPath)) {
            throw new Unproven("The row of segment %d of %s/%d is not what was signed"
                    .formatted(
                            logged.segment().number(),
                            logged.segment().channel(),
                            logged.segment().partition()));
        }
        return new RecordProof(record, index, path, hashes.canonical(logged.segment()), logged.index(), logPath, note);
    }

    /** As {@code java.util.Properties} read it; bytes are in base64. */
    public String text() {
        return """
                record=%s
                index=%d
                path=%s
                segment=%s
                logIndex=%d
                logPath=%s
                checkpoint=%s
                """.formatted(
                        base64(record),
                        index,
                        base64(path),
                        base64(segment),
                        logIndex,
                        base64(logPath),
                        base64(checkpoint.getBytes(UTF_8)));
    }

    private static String base64(List<byte[]> path) {
        return path.stream().map(RecordProof::base64).collect(joining(","));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}

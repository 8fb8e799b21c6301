package millrace.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import millrace.audit.EvidenceMismatch;
import millrace.audit.evidence.tree.Canonical;
import millrace.audit.evidence.tree.Hashes;
import millrace.audit.evidence.tree.MerkleTree;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.table.ArchivedRecord;
import millrace.audit.table.ChainEntry;
import millrace.audit.table.ChainName;

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
     * @throws EvidenceMismatch if the archive is not what was signed
     */
    public static Optional<RecordProof> of(
            Connection connection, ArchiveIdentity identity, String channel, int partition, long offset, Integer life)
            throws SQLException {
        for (var logged : LogTables.at(connection, new ChainName(channel, partition), offset)) {
            if (life == null || life == logged.segment().life()) {
                var entries = LogTables.entries(connection, logged.segment());
                var found = IntStream.range(0, entries.size())
                        .filter(i -> entries.get(i) instanceof ArchivedRecord record && record.offset() == offset)
                        .findFirst();
                if (found.isPresent()) {
                    return Optional.of(of(connection, identity, logged, entries, found.getAsInt()));
                }
            }
        }
        return Optional.empty();
    }

    private static RecordProof of(
            Connection connection, ArchiveIdentity identity, Segment.Logged logged, List<ChainEntry> entries, int index)
            throws SQLException {
        var segment = logged.segment();
        var leaves = entries.stream().map(Hashes::leaf).toList();
        var path = MerkleTree.inclusionProof(MerkleTree.of(leaves), index, leaves.size());
        if (!MerkleTree.includes(segment.root(), segment.entries(), leaves.get(index), index, path)) {
            throw new EvidenceMismatch("The entries of segment %d of %s are not what was archived"
                    .formatted(segment.number(), segment.chain()));
        }
        var note = LogTables.latestCheckpoint(connection)
                .orElseThrow(() -> new EvidenceMismatch("The database has no checkpoint"));
        var head = identity.open(note)
                .orElseThrow(
                        () -> new EvidenceMismatch("The last checkpoint is not signed with a key of this archive"));
        var logPath = LogTables.inclusionProof(connection, logged.index(), head.size());
        if (!MerkleTree.includes(head.root(), head.size(), Hashes.leaf(segment), logged.index(), logPath)) {
            throw SignedLog.notSigned(segment);
        }
        return new RecordProof(
                Canonical.of(entries.get(index)).copy(),
                index,
                path,
                Canonical.of(segment).copy(),
                logged.index(),
                logPath,
                note);
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

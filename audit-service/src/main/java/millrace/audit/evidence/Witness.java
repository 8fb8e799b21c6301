package millrace.audit.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import millrace.audit.EvidenceMismatch;
import millrace.audit.evidence.tree.MerkleTree;
import millrace.audit.evidence.tree.TreeHead;
import millrace.audit.table.DatabaseTransactions;

/**
 * Keeps the last checkpoint that it has seen in a file, out of reach of the database and of the brokers, and takes a newer one
 * only if its log begins with the log of the one before. So a past that both have forgotten is found.
 *
 * @param broker properties of a Kafka client
 */
public record Witness(
        DatabaseTransactions transactions, Map<String, Object> broker, ArchiveIdentity identity, Path file) {
    /** Twice the interval of checkpoints without new entries. */
    private static final Duration SILENCE = Duration.ofHours(2);

    /**
     * Compares the last checkpoint on the channel with the one in the file, and keeps it.
     *
     * @throws EvidenceMismatch if it is not consistent, or the channel has none: the file stays as it is; or if it is older
     *     than two hours, while one is signed every hour
     */
    public TreeHead witness(Instant now) throws IOException, SQLException {
        try (var checkpoints = new PublishedCheckpoints(broker, identity)) {
            var published = checkpoints
                    .latest(any -> true)
                    .orElseThrow(() -> new EvidenceMismatch("audit-checkpoints has no checkpoint of this archive"));
            var head = published.head().orElseThrow();
            if (Files.exists(file)) {
                check(head);
            }
            var next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, published.note());
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            if (head.at().plus(SILENCE).isBefore(now)) {
                throw new EvidenceMismatch(
                        "The last checkpoint, of %d segments, was signed at %s: since then the service has not signed, or what it signed is held back"
                                .formatted(head.size(), head.at()));
            }
            return head;
        }
    }

    private void check(TreeHead head) throws IOException, SQLException {
        var seen = identity.open(Files.readString(file))
                .orElseThrow(() -> new EvidenceMismatch(file + " is not signed with a key of this archive"));
        if (head.size() < seen.size()) {
            throw new EvidenceMismatch(
                    "A log of %d segments was signed at %s, and audit-checkpoints has one of %d of %s"
                            .formatted(seen.size(), seen.at(), head.size(), head.at()));
        }
        var proof = transactions.get(
                connection -> MerkleTree.consistencyProof(LogTables.nodes(connection), seen.size(), head.size()));
        var isSame = seen.size() == head.size()
                ? Arrays.equals(seen.root(), head.root())
                : MerkleTree.isConsistent(seen.size(), seen.root(), head.size(), head.root(), proof);
        if (!isSame) {
            throw new EvidenceMismatch(
                    "The log of %d segments of %s does not begin with the log of %d that was signed at %s"
                            .formatted(head.size(), head.at(), seen.size(), seen.at()));
        }
    }
}

package millrace.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import millrace.audit.evidence.tree.Hashes;
import millrace.audit.evidence.tree.MerkleTree;
import millrace.audit.evidence.tree.SignedNote;
import millrace.audit.evidence.tree.TreeHead;
import millrace.audit.table.DatabaseTransactions;

/**
 * Keeps the last checkpoint that it has seen in a file, out of reach of the database and of the brokers, and takes a newer one
 * only if its log begins with the log of the one before. So a past that both have forgotten is found.
 */
public final class Witness {
    private final DatabaseTransactions transactions;
    private final Map<String, Object> broker;
    private final ArchiveIdentity identity;
    private final Path file;

    /** @param broker properties of a Kafka client */
    public Witness(DatabaseTransactions transactions, Map<String, Object> broker, ArchiveIdentity identity, Path file) {
        this.transactions = transactions;
        this.broker = broker;
        this.identity = identity;
        this.file = file;
    }

    /** The checkpoint is not consistent with the one in the file, which stays. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String sentence) {
            super(sentence);
        }
    }

    /**
     * Compares the last checkpoint on the channel with the one in the file, and keeps it.
     *
     * @throws Refused if it is not consistent, or the channel has none
     */
    public TreeHead witness() throws IOException, SQLException {
        var seen = Files.exists(file) ? Optional.of(head(Files.readString(file))) : Optional.<TreeHead>empty();
        PublishedCheckpoints.Published published;
        try (var checkpoints = new PublishedCheckpoints(broker, identity)) {
            published = checkpoints
                    .latest(any -> true)
                    .orElseThrow(() -> new Refused("audit-checkpoints has no checkpoint of this archive"));
        }
        var head = published.head().orElseThrow();
        if (seen.isPresent()) {
            check(seen.get(), head);
        }
        var next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, published.note().getBytes(UTF_8));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return head;
    }

    private TreeHead head(String note) {
        return SignedNote.open(note, identity.origin(), identity.keys())
                .orElseThrow(() -> new Refused(file + " is not signed with a key of this archive"));
    }

    private void check(TreeHead seen, TreeHead head) throws SQLException {
        if (head.size() < seen.size()) {
            throw new Refused("A log of %d segments was signed at %s, and audit-checkpoints has one of %d of %s"
                    .formatted(seen.size(), seen.at(), head.size(), head.at()));
        }
        var merkle = new MerkleTree(new Hashes());
        var proof = transactions.get(
                connection -> merkle.consistencyProof(new LogTables().nodes(connection), seen.size(), head.size()));
        var isSame = seen.size() == head.size()
                ? Arrays.equals(seen.root(), head.root())
                : merkle.isConsistent(seen.size(), seen.root(), head.size(), head.root(), proof);
        if (!isSame) {
            throw new Refused("The log of %d segments of %s does not begin with the log of %d that was signed at %s"
                    .formatted(head.size(), head.at(), seen.size(), seen.at()));
        }
    }
}

package millrace.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import millrace.access.Problem;
import millrace.audit.ErasuresResource.Receipt;
import millrace.audit.seal.Erasures;
import millrace.audit.seal.MasterKey;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.JdbcStatements;
import millrace.events.AuditEvent;

/**
 * Erases a person: waits until a checkpoint covers the records, publishes the erasure, then destroys the key. After a failure between the two the request can be
 * repeated; its event has the same id.
 */
@Singleton
class PersonErasure {
    /** Longer than the interval of checkpoints. */
    private static final Duration SIGNED_WITHIN = Duration.ofSeconds(15);

    private static final Duration POLL = Duration.ofMillis(200);

    private final DatabaseTransactions transactions;
    private final Erasures erasures;
    private final AuditEvents events;
    private final Evidence evidence;

    PersonErasure(DatabaseTransactions transactions, MasterKey master, AuditEvents events, Evidence evidence) {
        this.transactions = transactions;
        this.erasures = new Erasures(master);
        this.events = events;
        this.evidence = evidence;
    }

    /** @return empty if the archive has no subject of that name */
    Optional<Receipt> erase(String name, String by) throws SQLException {
        var found = transactions.get(connection -> erasures.find(connection, name));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var records = 0L;
        for (var subject : found) {
            var own = records(subject.id());
            if (!subject.erased()) {
                awaitSigned(subject.id());
                events.publish(event(subject.id(), erasures.fingerprint(name), by, own));
                transactions.run(connection -> erasures.erase(connection, subject, name));
            }
            records += own;
        }
        return Optional.of(new Receipt(found.getFirst().id(), records));
    }

    /** Waits for the checkpoint that covers what is encrypted with the key: without it, it could not be compared any more. */
    private void awaitSigned(long subject) throws SQLException {
        var deadline = System.nanoTime() + SIGNED_WITHIN.toNanos();
        while (!transactions.<Boolean>get(connection -> evidence.isSigned(connection, subject))) {
            if (System.nanoTime() - deadline > 0) {
                throw Problem.unavailable("What is archived of the subject is not signed yet: try again.", null);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static AuditEvent event(long subject, String fingerprint, String by, long records) {
        var about = "subjects/" + subject;
        var id = UUID.nameUUIDFromBytes(("erased/" + subject).getBytes(UTF_8));
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new AuditEvent.SubjectErased(id.toString(), about, by, subject, fingerprint, records, now);
    }

    private long records(long subject) throws SQLException {
        var select = "SELECT count(*) FROM records WHERE subject = ?";
        return transactions.get(connection -> JdbcStatements.number(connection, select, subject));
    }
}

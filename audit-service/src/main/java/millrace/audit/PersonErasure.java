package millrace.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import millrace.audit.ErasuresResource.Receipt;
import millrace.audit.seal.Erasures;
import millrace.audit.seal.MasterKey;
import millrace.audit.table.DatabaseTransactions;
import millrace.events.AuditEvent;

/**
 * Erases a person: publishes the erasure, then destroys the key. After a failure between the two the request can be
 * repeated; its event has the same id.
 */
@Singleton
class PersonErasure {
    private final DatabaseTransactions transactions;
    private final Erasures erasures;
    private final AuditEvents events;

    PersonErasure(DatabaseTransactions transactions, MasterKey master, AuditEvents events) {
        this.transactions = transactions;
        this.erasures = new Erasures(master);
        this.events = events;
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
                events.publish(event(subject.id(), by, own));
                transactions.run(connection -> erasures.erase(connection, subject, name));
            }
            records += own;
        }
        return Optional.of(new Receipt(found.getFirst().id(), records));
    }

    private static AuditEvent event(long subject, String by, long records) {
        var about = "subjects/" + subject;
        var id = UUID.nameUUIDFromBytes(("erased/" + subject).getBytes(UTF_8));
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new AuditEvent.SubjectErased(id.toString(), about, by, subject, records, now);
    }

    private long records(long subject) throws SQLException {
        return transactions.get(connection -> count(connection, subject));
    }

    private static long count(Connection connection, long subject) throws SQLException {
        try (var select = connection.prepareStatement("SELECT count(*) FROM records WHERE subject = ?")) {
            select.setLong(1, subject);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}

package millrace.audit.question;

import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import millrace.access.Roles;
import millrace.audit.AuditEvents;
import millrace.audit.Problem;
import millrace.audit.Sealing;
import millrace.audit.restore.Opening;
import millrace.events.AuditEvent.RecordsRead;

/**
 * Finds what is asked for and puts on record that it was asked, by whom and how much there is, before anybody sees any of
 * it. Two questions at a time: the archive goes on meanwhile, with connections of its own.
 */
@ApplicationScoped
class Questions {
    private static final int AT_A_TIME = 2;
    private static final long TURN_WITHIN_SECONDS = 5;

    private final Semaphore turns = new Semaphore(AT_A_TIME, true);
    private final DataSource database;
    private final AuditEvents events;
    private final Sealing sealing;
    private final SecurityIdentity caller;
    private final RoutingContext request;

    Questions(
            DataSource database, AuditEvents events, Sealing sealing, SecurityIdentity caller, RoutingContext request) {
        this.database = database;
        this.events = events;
        this.sealing = sealing;
        this.caller = caller;
        this.request = request;
    }

    /**
     * The records, for a caller that writes or closes them.
     *
     * @param parameters what else was asked for
     */
    Found ask(Selection selection, Map<String, String> parameters) {
        awaitTurn();
        Found found = null;
        try {
            found = new Found(Snapshot.of(database), turns, selection, opening());
            found.count();
            putOnRecord(selection.about(), parameters, found.number());
            closeAtTheEnd(found);
            return found;
        } catch (SQLException e) {
            end(found);
            throw Problem.unavailable("The database does not answer.", e);
        } catch (RuntimeException e) {
            end(found);
            throw e;
        }
    }

    private void putOnRecord(About about, Map<String, String> parameters, long records) {
        events.publish(new RecordsRead(
                UUID.randomUUID().toString(),
                about.name(),
                caller.getPrincipal().getName(),
                about.question(),
                new TreeMap<>(parameters),
                records,
                opens(),
                Instant.now().truncatedTo(ChronoUnit.MILLIS)));
    }

    /** Whatever becomes of the answer: nobody writes one to HEAD, nor to a client that is gone. */
    private void closeAtTheEnd(Found found) {
        var vertx = request.vertx();
        request.addEndHandler(ended -> {
            if (found.isOpen()) {
                vertx.executeBlocking(() -> {
                    found.close();
                    return null;
                });
            }
        });
    }

    private Opening opening() {
        return opens() ? sealing : Opening.NONE;
    }

    /** Whether who asks may see personal data as it is. */
    private boolean opens() {
        return caller.hasRole(Roles.BACK_OFFICE);
    }

    private void end(Found found) {
        if (found == null) {
            turns.release();
        } else {
            found.close();
        }
    }

    private void awaitTurn() {
        try {
            if (!turns.tryAcquire(TURN_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                throw Problem.unavailable(
                        AT_A_TIME + " questions are being answered, which is as many as there may be at a time.", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("The service is stopping.", e);
        }
    }
}

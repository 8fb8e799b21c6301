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
import millrace.access.Problem;
import millrace.access.Roles;
import millrace.audit.AuditEvents;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.seal.RecordDecryption;
import millrace.events.AuditEvent.RecordsRead;

/**
 * Runs queries and publishes on {@code audit-events} who asked, for what, and how many records there are, before the
 * caller gets any of them. Two queries run at a time, so that archiving keeps enough database connections.
 */
@ApplicationScoped
class AuditQueries {
    private static final int AT_A_TIME = 2;
    private static final long PERMIT_WITHIN_SECONDS = 5;

    private final Semaphore permits = new Semaphore(AT_A_TIME, true);
    private final DataSource database;
    private final AuditEvents events;
    private final FieldEncryption encryption;
    private final SecurityIdentity caller;
    private final RoutingContext request;

    AuditQueries(
            DataSource database,
            AuditEvents events,
            FieldEncryption encryption,
            SecurityIdentity caller,
            RoutingContext request) {
        this.database = database;
        this.events = events;
        this.encryption = encryption;
        this.caller = caller;
        this.request = request;
    }

    /**
     * Runs a query. The caller writes or closes the result.
     *
     * @param parameters of the request, for the event
     */
    QueryResult run(RecordSelection selection, Map<String, String> parameters) throws SQLException {
        acquirePermit();
        QueryResult result = null;
        try {
            result = new QueryResult(QueryResult.snapshot(database), permits, selection, decryption());
            result.count();
            publishRead(selection.filter(), parameters, result.size());
            closeAtTheEnd(result);
            return result;
        } catch (SQLException | RuntimeException e) {
            end(result);
            throw e;
        }
    }

    private void publishRead(RecordFilter filter, Map<String, String> parameters, long records) {
        events.publish(new RecordsRead(
                UUID.randomUUID().toString(),
                filter.name(),
                caller.getPrincipal().getName(),
                filter.path(),
                new TreeMap<>(parameters),
                records,
                mayDecrypt(),
                Instant.now().truncatedTo(ChronoUnit.MILLIS)));
    }

    /** Closes a result that is never written, because the request was HEAD or the client disconnected. */
    private void closeAtTheEnd(QueryResult result) {
        var vertx = request.vertx();
        request.addEndHandler(ended -> {
            if (result.isOpen()) {
                vertx.executeBlocking(() -> {
                    result.close();
                    return null;
                });
            }
        });
    }

    private RecordDecryption decryption() {
        return mayDecrypt() ? encryption : RecordDecryption.NONE;
    }

    /** True if the caller may see personal data decrypted. */
    private boolean mayDecrypt() {
        return caller.hasRole(Roles.BACK_OFFICE);
    }

    private void end(QueryResult result) {
        if (result == null) {
            permits.release();
        } else {
            result.close();
        }
    }

    private void acquirePermit() {
        try {
            if (!permits.tryAcquire(PERMIT_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                throw Problem.unavailable(AT_A_TIME + " queries are running, which is the maximum.", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("The service is stopping.", e);
        }
    }
}

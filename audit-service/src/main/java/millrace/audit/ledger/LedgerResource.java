package millrace.audit.ledger;

import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import millrace.access.Problem;
import millrace.access.Roles;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Returns the ledger, which shows records lost between the writers of a channel, the channel and its readers. */
@Path("/audit/ledger")
@RolesAllowed(Roles.READER)
public class LedgerResource {
    private final LedgerAuditor auditor;
    private final DataSource archive;

    LedgerResource(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix,
            DataSource archive) {
        this.auditor = new LedgerAuditor(broker, prefix.orElse(""));
        this.archive = archive;
    }

    @GET
    @Blocking
    @Operation(
            summary =
                    "Written, on the channel and read, by minute and channel, and the first line that does not balance")
    public Ledger ledger(
            @QueryParam("from") String from, @QueryParam("to") String to, @QueryParam("channel") String channel)
            throws SQLException {
        var query = LedgerQuery.of(from, to, channel, Instant.now());
        try (var connection = archive.getConnection()) {
            return auditor.answer(query, connection);
        }
    }

    @ServerExceptionMapper
    Response refuse(IllegalArgumentException refusal) {
        return Problem.response(Problem.badRequest(refusal.getMessage()));
    }

    @ServerExceptionMapper
    Response refuse(QueryTooLarge refusal) {
        return Problem.response(Problem.badRequest(refusal.getMessage()));
    }

    @ServerExceptionMapper
    Response refuse(SQLException failure) {
        return Problem.response(Problem.unavailable("The database does not answer.", failure));
    }

    @ServerExceptionMapper
    Response refuse(KafkaException failure) {
        return Problem.response(Problem.unavailable("Kafka does not answer: " + failure.getMessage(), failure));
    }
}

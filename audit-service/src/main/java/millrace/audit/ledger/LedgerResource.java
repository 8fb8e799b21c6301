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
        return auditor.answer(LedgerQuery.of(from, to, channel, Instant.now()), archive);
    }

    @ServerExceptionMapper
    Response refuse(IllegalArgumentException refusal) {
        return Problem.response(Problem.badRequest(refusal.getMessage()));
    }
}

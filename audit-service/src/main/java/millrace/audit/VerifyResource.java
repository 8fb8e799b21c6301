package millrace.audit;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import millrace.access.Problem;
import millrace.access.Roles;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.verify.ChainVerdict;
import millrace.audit.verify.Verify;
import millrace.audit.verify.VerifyQuery;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Verifies the archive over HTTP. One request at a time, because each reads as much as its 25 s allow. */
@Path("/audit/verify")
@RolesAllowed(Roles.READER)
public class VerifyResource {
    /** Less than the router of the PaaS waits for an answer (30 s). */
    private static final Duration LONGEST = Duration.ofSeconds(25);

    private final Verify verify;
    private final Semaphore one = new Semaphore(1);

    VerifyResource(
            DatabaseTransactions transactions,
            FieldEncryption encryption,
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            ArchiveSettings settings) {
        this.verify = new Verify(transactions, encryption, broker, settings.identity());
    }

    @GET
    @Operation(
            summary = "Recomputes the chains, checks them against the signed checkpoints and compares with the broker",
            description =
                    "Takes 25 seconds at most; a chain that was not finished has complete: false. bin/audit verify"
                            + " takes as long as it needs.")
    public List<ChainVerdict> verify(
            @QueryParam("channel") Optional<String> channel,
            @QueryParam("partition") Optional<Integer> partition,
            @QueryParam("from") @DefaultValue("1970-01-01T00:00:00Z") Instant from,
            @QueryParam("to") @DefaultValue("9999-12-31T00:00:00Z") Instant to) {
        if (!one.tryAcquire()) {
            throw Problem.unavailable("Another verification is running: try again when it has ended.", null);
        }
        try {
            return verify.answer(
                    new VerifyQuery(channel, partition, from, to, Instant.now().plus(LONGEST)));
        } catch (SQLException | KafkaException e) {
            throw Problem.unavailable("The database or the brokers do not answer.", e);
        } finally {
            one.release();
        }
    }
}

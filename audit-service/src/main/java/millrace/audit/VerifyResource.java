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
import millrace.access.Roles;
import millrace.audit.table.Transactions;
import millrace.audit.verify.Question;
import millrace.audit.verify.Verdict;
import millrace.audit.verify.Verify;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Whether the archive is what it was. One at a time: each question reads as much as it has time for. */
@Path("/audit/verify")
@RolesAllowed(Roles.READER)
public class VerifyResource {
    /** Less than a platform's router waits for an answer. */
    private static final Duration LONGEST = Duration.ofSeconds(25);

    private final Verify verify;
    private final Semaphore one = new Semaphore(1);

    VerifyResource(
            Transactions transactions,
            Sealing sealing,
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            Archives archives) {
        this.verify = new Verify(transactions, sealing, broker, archives.place());
    }

    @GET
    @Operation(
            summary = "Recomputes the chains, checks them against the signed checkpoints and compares with the broker",
            description =
                    "Takes 25 seconds at most; a chain that was not finished has complete: false. bin/audit verify"
                            + " takes as long as it needs.")
    public List<Verdict> verify(
            @QueryParam("channel") Optional<String> channel,
            @QueryParam("partition") Optional<Integer> partition,
            @QueryParam("from") @DefaultValue("1970-01-01T00:00:00Z") Instant from,
            @QueryParam("to") @DefaultValue("9999-12-31T00:00:00Z") Instant to) {
        if (!one.tryAcquire()) {
            throw Problem.unavailable("Somebody else is verifying: try again when that has ended.", null);
        }
        try {
            return verify.answer(
                    new Question(channel, partition, from, to, Instant.now().plus(LONGEST)));
        } catch (SQLException | KafkaException e) {
            throw Problem.unavailable("The database or the brokers do not answer.", e);
        } finally {
            one.release();
        }
    }
}

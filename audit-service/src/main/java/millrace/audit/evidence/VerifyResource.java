package millrace.audit.evidence;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import millrace.access.Problem;
import millrace.access.Roles;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.DatabaseTransactions;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;

/** Shows the verdict of the last verification, or verifies one chain now. */
@Path("/audit/verify")
@RolesAllowed(Roles.READER)
public class VerifyResource {
    private static final Duration WITHIN = Duration.ofSeconds(5);

    private final EvidenceHealth health;
    private final Verify verify;
    private final Semaphore one = new Semaphore(1);

    VerifyResource(
            EvidenceHealth health,
            DatabaseTransactions transactions,
            FieldEncryption encryption,
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            ArchiveSettings settings) {
        this.health = health;
        this.verify = new Verify(transactions, encryption, broker, settings.identity());
    }

    @GET
    @Operation(summary = "The verdict of the last verification, or that of one chain now", description = """
                    Without parameters the verdict of the last verification of everything, which the service makes at its
                    start and once a day. With a channel and a partition their chain is verified now against the log and the
                    checkpoints on the channel, for five seconds at most: one request at a time. bin/audit verify takes its
                    time, and compares with what the broker still has, too.""")
    public VerificationResult verify(
            @Parameter(example = "orders") @RestQuery String channel,
            @Parameter(example = "0") @RestQuery Integer partition,
            @Parameter(
                            description =
                                    "Only segments that were closed at this time or later, as an ISO 8601 instant",
                            example = "2024-05-01T12:00:00Z")
                    @RestQuery
                    String from)
            throws SQLException {
        if (channel == null && partition == null && from == null) {
            return health.verdict()
                    .orElseThrow(() -> Problem.unavailable("The first verification has not ended yet.", null));
        }
        if (channel == null || partition == null) {
            throw Problem.badRequest("A chain has a channel and a partition, and one of them is missing.");
        }
        return verifyNow(channel, partition, from == null ? Instant.EPOCH : instant(from));
    }

    private VerificationResult verifyNow(String channel, int partition, Instant from) throws SQLException {
        if (!one.tryAcquire()) {
            throw Problem.unavailable("Another chain is verified at this moment.", null);
        }
        try {
            var result = verify.verify(new VerifyQuery(
                    Optional.of(channel),
                    Optional.of(partition),
                    from,
                    Instant.MAX,
                    false,
                    Instant.now().plus(WITHIN),
                    () -> false));
            if (result.chains().isEmpty()) {
                throw Problem.notFound("The archive has nothing of partition %d of %s.".formatted(partition, channel));
            }
            return result;
        } catch (KafkaException e) {
            throw Problem.unavailable("The checkpoints on the channel cannot be read: " + e.getMessage(), e);
        } finally {
            one.release();
        }
    }

    /** Parses ISO 8601; the milliseconds have to fit a long. */
    private static Instant instant(String text) {
        try {
            var instant = Instant.parse(text);
            instant.toEpochMilli();
            return instant;
        } catch (DateTimeException | ArithmeticException e) {
            throw Problem.badRequest("from must be an ISO 8601 instant like 2024-05-01T12:00:00Z, not " + text + ".");
        }
    }
}

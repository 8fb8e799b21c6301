package millrace.audit.evidence;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import millrace.access.Problem;
import millrace.access.Roles;
import millrace.audit.AuditEvents;
import millrace.audit.EvidenceMismatch;
import millrace.audit.evidence.tree.Ed25519;
import millrace.audit.table.DatabaseTransactions;
import millrace.events.AuditEvent.RecordsRead;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

/** Proves that a record is in the archive, and shows the public keys with which a proof is checked. */
@Path("/audit")
@RolesAllowed(Roles.READER)
public class ProofResource {
    private final DatabaseTransactions transactions;
    private final ArchiveIdentity identity;
    private final AuditEvents events;
    private final SecurityIdentity caller;
    /** A proof reads a whole segment: one at a time, so that archiving keeps enough memory and connections. */
    private final Semaphore one = new Semaphore(1, true);

    ProofResource(
            DatabaseTransactions transactions, ArchiveSettings settings, AuditEvents events, SecurityIdentity caller) {
        this.transactions = transactions;
        this.identity = settings.identity();
        this.events = events;
        this.caller = caller;
    }

    @GET
    @Path("/proofs/{channel}/{partition}/{offset}")
    @Operation(summary = "A proof that the record at an offset was archived as it is", description = """
                    What bin/audit prove writes to a file: bytes are in base64, and docs/VerifyProof.java says how they are
                    checked. Personal data is encrypted, as it is archived. The question is published on audit-events before
                    it is answered, with the name of the API key. 404 also where no checkpoint covers the record yet.""")
    public RecordProof prove(@RestPath String channel, @RestPath int partition, @RestPath long offset)
            throws SQLException {
        if (channel.indexOf('\0') >= 0) {
            throw Problem.notFound("There is no channel %s.".formatted(channel));
        }
        if (!one.tryAcquire()) {
            throw Problem.unavailable("Another record is proved at this moment.", null);
        }
        try {
            var proof = transactions.get(
                    connection -> RecordProof.of(connection, identity, channel, partition, offset, null));
            publishRead(channel, partition, offset, proof);
            return proof.orElseThrow(() -> Problem.notFound(
                    "There is no proof of offset %d of partition %d of %s: it is not archived, or was a moment ago and no checkpoint covers it yet."
                            .formatted(offset, partition, channel)));
        } catch (EvidenceMismatch e) {
            throw new ClientErrorException(
                    e.getMessage() + ": GET /audit/verify says more.", Response.Status.CONFLICT, e);
        } finally {
            one.release();
        }
    }

    @GET
    @Path("/keys")
    @Operation(
            summary = "The public keys of the checkpoints",
            description = "Of Ed25519, as X.509 in base64. Who wants to trust no server keeps a copy of his own:"
                    + " bin/audit key prints it.")
    public List<String> keys() {
        return identity.keys().stream().map(Ed25519::text).toList();
    }

    private void publishRead(String channel, int partition, long offset, Optional<RecordProof> proof) {
        events.publish(new RecordsRead(
                UUID.randomUUID().toString(),
                "channels/" + channel,
                caller.getPrincipal().getName(),
                "/audit/proofs/{channel}/{partition}/{offset}",
                Map.of("partition", Integer.toString(partition), "offset", Long.toString(offset)),
                proof.isPresent() ? 1 : 0,
                false,
                Instant.now().truncatedTo(ChronoUnit.MILLIS)));
    }
}

package millrace.audit.evidence;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import millrace.access.Problem;
import millrace.access.Roles;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Shows the verdict of the last verification. */
@Path("/audit/verify")
@RolesAllowed(Roles.READER)
public class VerifyResource {
    private final EvidenceHealth health;

    VerifyResource(EvidenceHealth health) {
        this.health = health;
    }

    @GET
    @Operation(
            summary = "The verdict of the last verification, which the service makes at its start and once a day",
            description = "bin/audit verify verifies now, and takes a channel, a partition and a time.")
    public VerificationResult verify() {
        return health.verdict()
                .orElseThrow(() -> Problem.unavailable("The first verification has not ended yet.", null));
    }
}

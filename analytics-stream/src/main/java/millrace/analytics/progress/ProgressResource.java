package millrace.analytics.progress;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import millrace.access.Roles;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** How far the instance that is asked is; the others tell of themselves. */
@Path("/progress")
@RolesAllowed(Roles.READER)
public class ProgressResource {
    private final Progress progress;

    ProgressResource(Progress progress) {
        this.progress = progress;
    }

    /** @param state as Kafka Streams names it; questions are answered while it is RUNNING */
    record Answer(String instance, String state, List<Restored> stores, List<Progress.Task> tasks) {}

    @GET
    @Operation(summary = "How far this instance is with restoring its stores and with its input")
    public Answer progress() {
        return new Answer(progress.address(), progress.state(), progress.stores(), progress.tasks());
    }
}

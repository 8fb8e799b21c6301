package millrace.analytics.progress;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import millrace.access.Roles;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Returns the progress of the instance that is asked; each instance reports only its own. */
@Path("/progress")
@RolesAllowed(Roles.READER)
public class ProgressResource {
    private final JobProgress progress;

    ProgressResource(JobProgress progress) {
        this.progress = progress;
    }

    /** @param state as Kafka Streams names it; stores can be queried while it is RUNNING */
    record Answer(String instance, String state, List<StoreRestoreProgress> stores, List<JobProgress.Task> tasks) {}

    @GET
    @Operation(summary = "Progress of this instance: restore of its stores, and lag")
    public Answer progress() {
        return new Answer(progress.address(), progress.state(), progress.stores(), progress.tasks());
    }
}

package millrace.analytics.live;

import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.List;
import millrace.access.Roles;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;

/** What the job counts, as it counts. */
@Path("/live")
@RolesAllowed(Roles.READER)
class LiveResource {
    private final LiveChannels channels;
    private final Listeners listeners;

    LiveResource(LiveChannels channels, Listeners listeners) {
        this.channels = channels;
        this.listeners = listeners;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            summary = "Every update of the aggregates as it comes, whichever instance makes it",
            description = "The event is the channel, its id partition:offset, its data key and value of the record; the"
                    + " value is null where a row is taken back. The parameter channel, once or more, narrows. The first"
                    + " comment says from when on it is complete; the event end says why it is over.")
    public Multi<OutboundSseEvent> live(@RestQuery List<String> channel, @Context Sse sse) {
        return listeners.listen(channels.chosen(channel)).map(update -> update.event(sse));
    }
}

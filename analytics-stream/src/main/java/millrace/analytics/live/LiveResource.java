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

/** Streams the updates of the aggregates as server-sent events. */
@Path("/live")
@RolesAllowed(Roles.READER)
class LiveResource {
    private final LiveChannels channels;
    private final LiveSubscriptions subscriptions;

    LiveResource(LiveChannels channels, LiveSubscriptions subscriptions) {
        this.channels = channels;
        this.subscriptions = subscriptions;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            summary = "Every update of the aggregates of all instances, as it is published",
            description = "The event is the channel, its id partition:offset, its data key and value of the record; the"
                    + " value is null for a tombstone. The parameter channel, once or more, selects channels. The first"
                    + " comment says from when on the stream is complete; the event end says why it was closed.")
    public Multi<OutboundSseEvent> live(@RestQuery List<String> channel, @Context Sse sse) {
        return subscriptions.subscribe(channels.chosen(channel)).map(update -> update.event(sse));
    }
}

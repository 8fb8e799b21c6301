package millrace.bench.naive;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Binds events to classes and sends them with the emitter of the framework, without validation. */
@Path("/v1")
class TrackResource {
    /** A track event of the Segment specification. */
    record Track(
            String type,
            String event,
            String messageId,
            String anonymousId,
            String timestamp,
            String sentAt,
            Map<String, Object> properties,
            Map<String, Object> context) {}

    /** A batch of events. */
    record Batch(List<Track> batch, String sentAt) {}

    /** Response to a client, sent once the broker has acknowledged all events. */
    record Response(boolean success) {}

    private final MutinyEmitter<Record<String, Track>> clicks;

    TrackResource(
            @Channel("clicks") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, Track>> clicks) {
        this.clicks = clicks;
    }

    @POST
    @Path("/track")
    public Uni<Response> track(Track event) {
        return send(event).replaceWith(new Response(true));
    }

    @POST
    @Path("/batch")
    public Uni<Response> batch(Batch body) {
        var sent = body.batch().stream().map(this::send).toList();
        return Uni.join().all(sent).andFailFast().replaceWith(new Response(true));
    }

    private Uni<Void> send(Track event) {
        return clicks.send(Record.of(event.anonymousId(), event));
    }
}

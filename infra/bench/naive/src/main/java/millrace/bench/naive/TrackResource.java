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

/** Binds events to classes and hands them to the framework's emitter; nothing is checked. */
@Path("/v1")
class TrackResource {
    /** An event of the Segment specification. */
    record Track(
            String type,
            String event,
            String messageId,
            String anonymousId,
            String timestamp,
            String sentAt,
            Map<String, Object> properties,
            Map<String, Object> context) {}

    /** Several of them. */
    record Batch(List<Track> batch, String sentAt) {}

    /** What a client is told once the log has all of it. */
    record Answer(boolean success) {}

    private final MutinyEmitter<Record<String, Track>> clicks;

    TrackResource(
            @Channel("clicks") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, Track>> clicks) {
        this.clicks = clicks;
    }

    @POST
    @Path("/track")
    public Uni<Answer> track(Track event) {
        return send(event).replaceWith(new Answer(true));
    }

    @POST
    @Path("/batch")
    public Uni<Answer> batch(Batch body) {
        var sent = body.batch().stream().map(this::send).toList();
        return Uni.join().all(sent).andFailFast().replaceWith(new Answer(true));
    }

    private Uni<Void> send(Track event) {
        return clicks.send(Record.of(event.anonymousId(), event));
    }
}

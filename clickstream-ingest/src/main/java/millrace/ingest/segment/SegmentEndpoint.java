package millrace.ingest.segment;

import io.vertx.core.Future;
import jakarta.inject.Singleton;
import millrace.ingest.auth.Authenticator;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.http.EdgeResponse;
import millrace.ingest.publish.EventMetrics;
import millrace.ingest.publish.EventPublisher;

/**
 * Accepts messages of the Segment HTTP tracking protocol, and answers when they are durable.
 *
 * <p>The body is JSON, regardless of its content type. A faulty message is rejected alone, and the response is a
 * success all the same: an SDK would drop the whole batch otherwise.
 */
@Singleton
public class SegmentEndpoint {
    private final Authenticator authenticator;
    private final EventPublisher publisher;
    private final EventMetrics eventMetrics;
    private final UnreadableOrderAlarm alarm;

    SegmentEndpoint(
            Authenticator authenticator,
            EventPublisher publisher,
            EventMetrics eventMetrics,
            UnreadableOrderAlarm alarm) {
        this.authenticator = authenticator;
        this.publisher = publisher;
        this.eventMetrics = eventMetrics;
        this.alarm = alarm;
    }

    /** Accepts one message, whose type is in the path. */
    public Future<EdgeResponse> message(String type, EdgeRequest request) {
        var body = SegmentBody.ofMessage(type, request.body());
        return publish(body, body.sentAt(), request);
    }

    public Future<EdgeResponse> batch(EdgeRequest request) {
        var body = SegmentBody.ofBatch(request.body());
        return publish(body, body.sentAt(), request);
    }

    /** Accepts an imported batch: its times are history, and not corrected by the sender's clock. */
    public Future<EdgeResponse> imported(EdgeRequest request) {
        return publish(SegmentBody.ofBatch(request.body()), null, request);
    }

    private Future<EdgeResponse> publish(SegmentBody body, String sentAt, EdgeRequest request) {
        var context = authenticator.authenticate(
                request, body.writeKey(), body.messages().size());
        if (body.problem() != null) {
            return publisher.reject(context, body.problem(), body.json());
        }
        var conversion = new SegmentConversion(
                context, sentAt, publisher.deduplicator(body.messages().size()));
        var records = conversion.records(body.messages());
        conversion.raiseAlarm(alarm);
        eventMetrics.declined(context, conversion.declined());
        return publisher.publish(context, records).map(durable -> conversion.response());
    }
}

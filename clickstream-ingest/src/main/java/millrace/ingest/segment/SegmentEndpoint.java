package millrace.ingest.segment;

import io.vertx.core.Future;
import jakarta.inject.Singleton;
import millrace.ingest.http.EdgeResponse;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.log.Authenticator;
import millrace.ingest.log.EventPublisher;
import millrace.ingest.log.EventMetrics;
import millrace.ingest.log.UnreadableOrderAlarm;

/**
 * The Segment HTTP tracking protocol: what its SDKs send goes to the log, and they are answered when it is durable.
 *
 * <p>The body is JSON, whatever the content type says. A faulty message costs itself alone, and the answer is a success all
 * the same: an SDK would throw the whole batch away.
 */
@Singleton
public class SegmentEndpoint {
    private final Authenticator callers;
    private final EventPublisher log;
    private final EventMetrics outcomes;
    private final UnreadableOrderAlarm alarm;

    SegmentEndpoint(Authenticator callers, EventPublisher log, EventMetrics outcomes, UnreadableOrderAlarm alarm) {
        this.callers = callers;
        this.log = log;
        this.outcomes = outcomes;
        this.alarm = alarm;
    }

    /** One message, of the type that its path says. */
    public Future<EdgeResponse> message(String type, EdgeRequest call) {
        var body = SegmentBody.ofMessage(type, call.body());
        return append(body, body.sentAt(), call);
    }

    public Future<EdgeResponse> batch(EdgeRequest call) {
        var body = SegmentBody.ofBatch(call.body());
        return append(body, body.sentAt(), call);
    }

    /** A batch from elsewhere: its times are history and not of a clock that is put right. */
    public Future<EdgeResponse> imported(EdgeRequest call) {
        return append(SegmentBody.ofBatch(call.body()), null, call);
    }

    private Future<EdgeResponse> append(SegmentBody body, String sentAt, EdgeRequest call) {
        var arrival = callers.receive(call, body.writeKey(), body.messages().size());
        if (body.refusal() != null) {
            return log.refuse(arrival, body.refusal(), body.json());
        }
        var events =
                new SegmentConversion(arrival, sentAt, log.repeats(body.messages().size()));
        var entries = events.entries(body.messages());
        events.alarm(alarm);
        outcomes.declined(arrival, events.declined());
        return log.append(arrival, entries).map(durable -> events.answer());
    }
}

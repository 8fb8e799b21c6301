package millrace.ingest.segment;

import io.vertx.core.Future;
import jakarta.inject.Singleton;
import millrace.ingest.http.Answer;
import millrace.ingest.http.Call;
import millrace.ingest.log.Callers;
import millrace.ingest.log.Log;
import millrace.ingest.log.Outcomes;
import millrace.ingest.log.UnreadableOrders;

/**
 * The Segment HTTP tracking protocol: what its SDKs send goes to the log, and they are answered when it is durable.
 *
 * <p>The body is JSON, whatever the content type says. A faulty message costs itself alone, and the answer is a success all
 * the same: an SDK would throw the whole batch away.
 */
@Singleton
public class Segment {
    private final Callers callers;
    private final Log log;
    private final Outcomes outcomes;
    private final UnreadableOrders alarm;

    Segment(Callers callers, Log log, Outcomes outcomes, UnreadableOrders alarm) {
        this.callers = callers;
        this.log = log;
        this.outcomes = outcomes;
        this.alarm = alarm;
    }

    /** One message, of the type that its path says. */
    public Future<Answer> message(String type, Call call) {
        var body = SegmentBody.ofMessage(type, call.body());
        return append(body, body.sentAt(), call);
    }

    public Future<Answer> batch(Call call) {
        var body = SegmentBody.ofBatch(call.body());
        return append(body, body.sentAt(), call);
    }

    /** A batch from elsewhere: its times are history and not of a clock that is put right. */
    public Future<Answer> imported(Call call) {
        return append(SegmentBody.ofBatch(call.body()), null, call);
    }

    private Future<Answer> append(SegmentBody body, String sentAt, Call call) {
        var arrival = callers.receive(call, body.writeKey(), body.messages().size());
        if (body.refusal() != null) {
            return log.refuse(arrival, body.refusal(), body.json());
        }
        var events =
                new SegmentEvents(arrival, sentAt, log.repeats(body.messages().size()));
        var entries = events.entries(body.messages());
        events.alarm(alarm);
        outcomes.declined(arrival, events.declined());
        return log.append(arrival, entries).map(durable -> events.answer());
    }
}

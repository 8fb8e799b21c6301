package millrace.ingest.cloudevents;

import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import millrace.ingest.form.Limits;
import millrace.ingest.http.Answer;
import millrace.ingest.http.Call;
import millrace.ingest.http.Refusal;
import millrace.ingest.log.Callers;
import millrace.ingest.log.Log;
import millrace.ingest.log.Outcomes;
import millrace.ingest.segment.SegmentBody;
import millrace.ingest.segment.SegmentEvents;
import millrace.ingest.segment.SegmentMessage;

/**
 * CloudEvents 1.0 over HTTP. An event becomes a tracked message: its type is what was done, its {@code partitionkey} the
 * visitor, its data the properties. A request is taken whole or not at all, and the answer names every fault.
 */
@Singleton
public class CloudEventsOverHttp {
    private final Callers callers;
    private final Log log;
    private final Outcomes outcomes;

    CloudEventsOverHttp(Callers callers, Log log, Outcomes outcomes) {
        this.callers = callers;
        this.log = log;
        this.outcomes = outcomes;
    }

    public Future<Answer> receive(Call call) {
        var read = read(call);
        var arrival = callers.receive(call, null, read.events.size());
        if (read.refusal != null) {
            return log.refuse(arrival, read.refusal, call.body());
        }
        var events = new SegmentEvents(arrival, null);
        var entries = events.entries(messages(read.events));
        if (!events.rejected().isEmpty()) {
            return log.refuse(arrival, Refusal.faulty(faults(events.rejected(), read.events.size())), call.body());
        }
        outcomes.declined(arrival, events.declined());
        return log.append(arrival, entries).map(durable -> Answer.SUCCESS);
    }

    /** @param refusal {@code null} where every event is one */
    private record Read(List<CloudEvent> events, Refusal refusal) {}

    private static Read read(Call call) {
        try {
            var events = CloudEventReader.read(call);
            var faults = new ArrayList<String>();
            for (int i = 0; i < events.size(); i++) {
                events.get(i).check(place(i, events.size()), faults);
            }
            if (events.size() > Limits.BATCH) {
                throw Refusal.tooLarge("The batch has more than " + Limits.BATCH + " events.");
            }
            var tooLarge = Refusal.tooLarge(call.body());
            return new Read(events, faults.isEmpty() ? tooLarge : Refusal.faulty(faults));
        } catch (Refusal refusal) {
            return new Read(List.of(), refusal);
        }
    }

    private static List<SegmentMessage> messages(List<CloudEvent> events) {
        return events.stream()
                .map(event -> SegmentBody.ofMessage("track", event.message())
                        .messages()
                        .getFirst())
                .toList();
    }

    private static List<String> faults(List<SegmentEvents.Rejected> rejected, int events) {
        return rejected.stream()
                .flatMap(event -> event.reasons().stream().map(reason -> place(event.index(), events) + reason))
                .toList();
    }

    /** Where an event stands among several. */
    private static String place(int index, int events) {
        return events == 1 ? "" : "[" + index + "].";
    }
}

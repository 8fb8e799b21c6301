package millrace.ingest.cloudevents;

import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.List;
import millrace.ingest.http.Answer;
import millrace.ingest.http.Call;
import millrace.ingest.http.Refusal;
import millrace.ingest.log.Callers;
import millrace.ingest.log.Log;
import millrace.ingest.log.Outcomes;
import millrace.ingest.segment.SegmentEvents;

/**
 * CloudEvents 1.0 over HTTP. An event becomes a tracked message: its type is what was done, its data the properties. A request
 * is taken whole or not at all, and the answer names every fault.
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
        var events = new SegmentEvents(arrival, null, log.repeats(read.events.size()));
        var entries =
                events.entries(read.events.stream().map(CloudEvent::message).toList());
        if (events.conflicts() > 0 && read.events.size() == 1) {
            return log.refuse(arrival, Refusal.otherEvent("CloudEvent", "id"), call.body());
        }
        if (events.rejected().size() > events.conflicts()) {
            return log.refuse(arrival, faulty(events.rejected(), read.events), call.body());
        }
        outcomes.declined(arrival, events.declined());
        return log.append(arrival, entries).map(durable -> events.answer());
    }

    /** @param refusal {@code null} where every event is valid */
    private record Read(List<CloudEvent> events, Refusal refusal) {}

    private static Read read(Call call) {
        try {
            return new Read(CloudEventReader.read(call.request().headers(), call.body()), null);
        } catch (Refusal refusal) {
            return new Read(List.of(), refusal);
        }
    }

    private static Refusal faulty(List<SegmentEvents.Rejected> rejected, List<CloudEvent> events) {
        var faults = new EventFaults();
        for (var event : rejected) {
            faults.at(events.size() == 1 ? "" : "[" + event.index() + "].");
            var data = events.get(event.index()).data();
            var isRead = event.reasons().stream().anyMatch(reason -> reason.startsWith("properties"));
            if (isRead && data != null && !(data instanceof EventData.Json)) {
                faults.add("data must be JSON here, and its content type does not say so");
            }
            event.reasons().forEach(reason -> faults.add(inTermsOfTheEvent(reason)));
        }
        return Refusal.faulty(faults.sentences());
    }

    /** Fields of a message by the names that the sender of a CloudEvent gave them. */
    private static String inTermsOfTheEvent(String reason) {
        return reason.replaceFirst("^properties\\b", "data").replaceFirst("^timestamp\\b", "time");
    }
}

package millrace.ingest.cloudevents;

import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.List;
import millrace.ingest.http.EdgeResponse;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.http.ProblemException;
import millrace.ingest.log.Authenticator;
import millrace.ingest.log.EventPublisher;
import millrace.ingest.log.EventMetrics;
import millrace.ingest.segment.SegmentConversion;

/**
 * CloudEvents 1.0 over HTTP. An event becomes a tracked message: its type is what was done, its data the properties. A request
 * is taken whole or not at all, and the answer names every fault.
 */
@Singleton
public class CloudEventsEndpoint {
    private final Authenticator callers;
    private final EventPublisher log;
    private final EventMetrics outcomes;

    CloudEventsEndpoint(Authenticator callers, EventPublisher log, EventMetrics outcomes) {
        this.callers = callers;
        this.log = log;
        this.outcomes = outcomes;
    }

    public Future<EdgeResponse> receive(EdgeRequest call) {
        var read = read(call);
        var arrival = callers.receive(call, null, read.events.size());
        if (read.refusal != null) {
            return log.refuse(arrival, read.refusal, call.body());
        }
        var events = new SegmentConversion(arrival, null, log.repeats(read.events.size()));
        var entries =
                events.entries(read.events.stream().map(CloudEvent::message).toList());
        if (events.conflicts() > 0 && read.events.size() == 1) {
            return log.refuse(arrival, ProblemException.otherEvent("CloudEvent", "id"), call.body());
        }
        if (events.rejected().size() > events.conflicts()) {
            return log.refuse(arrival, faulty(events.rejected(), read.events), call.body());
        }
        outcomes.declined(arrival, events.declined());
        return log.append(arrival, entries).map(durable -> events.answer());
    }

    /** @param refusal {@code null} where every event is valid */
    private record Read(List<CloudEvent> events, ProblemException refusal) {}

    private static Read read(EdgeRequest call) {
        try {
            return new Read(CloudEventReader.read(call.request().headers(), call.body()), null);
        } catch (ProblemException refusal) {
            return new Read(List.of(), refusal);
        }
    }

    private static ProblemException faulty(List<SegmentConversion.Rejected> rejected, List<CloudEvent> events) {
        var faults = new CloudEventFaults();
        for (var event : rejected) {
            faults.at(events.size() == 1 ? "" : "[" + event.index() + "].");
            var data = events.get(event.index()).data();
            var isRead = event.reasons().stream().anyMatch(reason -> reason.startsWith("properties"));
            if (isRead && data != null && !(data instanceof EventData.Json)) {
                faults.add("data must be JSON here, and its content type does not say so");
            }
            event.reasons().forEach(reason -> faults.add(inTermsOfTheEvent(reason)));
        }
        return ProblemException.faulty(faults.sentences());
    }

    /** Fields of a message by the names that the sender of a CloudEvent gave them. */
    private static String inTermsOfTheEvent(String reason) {
        return reason.replaceFirst("^properties\\b", "data").replaceFirst("^timestamp\\b", "time");
    }
}

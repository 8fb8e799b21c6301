package millrace.ingest.cloudevents;

import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.List;
import millrace.ingest.auth.Authenticator;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.http.EdgeResponse;
import millrace.ingest.http.ProblemException;
import millrace.ingest.publish.EventMetrics;
import millrace.ingest.publish.EventPublisher;
import millrace.ingest.segment.SegmentConversion;

/**
 * Accepts CloudEvents 1.0 over HTTP. An event becomes a tracked message: its type is the event, its data the
 * properties. A request is accepted as a whole or refused as a whole, and the response names every fault.
 */
@Singleton
public class CloudEventsEndpoint {
    private final Authenticator authenticator;
    private final EventPublisher publisher;
    private final EventMetrics eventMetrics;

    CloudEventsEndpoint(Authenticator authenticator, EventPublisher publisher, EventMetrics eventMetrics) {
        this.authenticator = authenticator;
        this.publisher = publisher;
        this.eventMetrics = eventMetrics;
    }

    public Future<EdgeResponse> receive(EdgeRequest request) {
        var read = read(request);
        var context = authenticator.authenticate(request, null, read.events.size());
        if (read.problem != null) {
            return publisher.reject(context, read.problem, request.body());
        }
        var conversion = new SegmentConversion(context, null, publisher.deduplicator(read.events.size()));
        var records =
                conversion.records(read.events.stream().map(CloudEvent::message).toList());
        if (conversion.conflicts() > 0 && read.events.size() == 1) {
            return publisher.reject(context, ProblemException.idConflict("CloudEvent", "id"), request.body());
        }
        if (conversion.rejected().size() > conversion.conflicts()) {
            return publisher.reject(context, faulty(conversion.rejected(), read.events), request.body());
        }
        eventMetrics.declined(context, conversion.declined());
        return publisher.publish(context, records).map(durable -> conversion.response());
    }

    /** @param problem {@code null} where every event is valid */
    private record Read(List<CloudEvent> events, ProblemException problem) {}

    private static Read read(EdgeRequest request) {
        try {
            return new Read(CloudEventReader.read(request.http().headers(), request.body()), null);
        } catch (ProblemException problem) {
            return new Read(List.of(), problem);
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
        return ProblemException.invalid(faults.sentences());
    }

    /** Names the fields in a reason as the sender of a CloudEvent knows them. */
    private static String inTermsOfTheEvent(String reason) {
        return reason.replaceFirst("^properties\\b", "data").replaceFirst("^timestamp\\b", "time");
    }
}

package millrace.ingest.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.MultiMap;
import java.util.List;
import millrace.events.CloudEvents;
import millrace.ingest.auth.AddressPolicy;
import millrace.ingest.auth.BrowserVisitor;
import millrace.ingest.http.ProblemException;
import millrace.ingest.publish.PendingRecord;
import millrace.ingest.segment.SegmentFixture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Sends CloudEvents to the reader without HTTP and without a broker. Single quotes stand for double ones. */
final class CloudEventFixture {
    static final String REQUIRED = "'specversion':'1.0','id':'1','source':'/s','type':'t'";

    private CloudEventFixture() {}

    static List<CloudEvent> structured(String... members) {
        return json("application/cloudevents+json", event(members));
    }

    static List<CloudEvent> json(String contentType, String body) {
        return CloudEventReader.read(headers("content-type", contentType), SegmentFixture.json(body));
    }

    static List<CloudEvent> batched(String body) {
        return json("application/cloudevents-batch+json", body);
    }

    /** Reads a binary event with the required attributes. */
    static List<CloudEvent> binary(String body, String... headers) {
        return binary(SegmentFixture.json(body), headers);
    }

    static List<CloudEvent> binary(byte[] body, String... headers) {
        var all = headers("ce-specversion", "1.0", "ce-id", "1", "ce-source", "/s", "ce-type", "t");
        return CloudEventReader.read(all.addAll(headers(headers)), body);
    }

    /** Returns an event with the required attributes and these members. */
    static String event(String... members) {
        return "{" + REQUIRED + (members.length == 0 ? "" : "," + String.join(",", members)) + "}";
    }

    static MultiMap headers(String... namesAndValues) {
        var headers = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    /** Returns the record of the only event. */
    static PendingRecord record(List<CloudEvent> events) {
        var messages = events.stream().map(CloudEvent::message).toList();
        return SegmentFixture.conversion(SegmentFixture.shop(AddressPolicy.TRUNCATED), BrowserVisitor.UNKNOWN, null)
                .records(messages)
                .getFirst();
    }

    static JsonNode click(List<CloudEvent> events) {
        return SegmentFixture.tree(record(events));
    }

    /** Returns the attributes on the channel as one JSON object. */
    static JsonNode attributes(List<CloudEvent> events) {
        return click(events).at("/context/cloudevent");
    }

    static JsonNode properties(List<CloudEvent> events) {
        return click(events).path("properties");
    }

    static String id(List<CloudEvent> events) {
        return CloudEvents.text(record(events).headers(), CloudEvents.ID);
    }

    /** Returns the reasons of a refused request, a sentence each. */
    static List<String> refused(ThrowingCallable request) {
        var problem = catchThrowableOfType(ProblemException.class, request);
        return problem == null ? List.of() : problem.reasons();
    }

    static int status(ThrowingCallable request) {
        var problem = catchThrowableOfType(ProblemException.class, request);
        return problem == null ? 200 : problem.response().status();
    }

    static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}

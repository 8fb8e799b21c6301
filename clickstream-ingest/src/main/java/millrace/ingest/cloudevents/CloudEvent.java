package millrace.ingest.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import millrace.ingest.form.Limits;
import millrace.ingest.form.Slice;
import millrace.ingest.form.Texts;

/**
 * An event of the CloudEvents 1.0 specification.
 *
 * @param attributes of the specification and of extensions, as text
 * @param data as JSON; {@code null} where there is none
 */
public record CloudEvent(Map<String, String> attributes, Slice data) {
    private static final String ID = "id";
    private static final String KEY = "partitionkey";
    private static final String TYPE = "type";
    private static final String TIME = "time";

    /** What has a place of its own in a message. */
    private static final Set<String> PLACED = Set.of("specversion", ID, KEY, TYPE, TIME);

    /** Notes what is missing or wrong, each with where the event stands in the request. */
    void check(String place, List<String> faults) {
        if (!"1.0".equals(attributes.get("specversion"))) {
            faults.add(place + "specversion must be 1.0");
        }
        for (var name : List.of(ID, "source", TYPE)) {
            if (attributes.getOrDefault(name, "").isEmpty()) {
                faults.add(place + name + " is required");
            }
        }
        if (attributes.getOrDefault(KEY, "").isEmpty()) {
            faults.add(place + "the extension partitionkey is required: it is the record's key");
        }
        Texts.check(place + ID, attributes.get(ID), Limits.EVENT_ID, faults);
        Texts.check(place + KEY, attributes.get(KEY), Limits.VISITOR_ID, faults);
        attributes.forEach((name, value) -> Texts.check(place + name, value, Limits.TEXT, faults));
    }

    /** The same as a tracked message of the Segment protocol, which is what readers of {@code clicks} know. */
    byte[] message() {
        var message = new ByteArrayOutputStream();
        try (var json = Limits.JSON.createGenerator(message)) {
            json.writeStartObject();
            json.writeStringField("messageId", attributes.get(ID));
            json.writeStringField("anonymousId", attributes.get(KEY));
            json.writeStringField("event", attributes.get(TYPE));
            if (attributes.get(TIME) != null) {
                json.writeStringField("timestamp", attributes.get(TIME));
            }
            writeContext(json);
            if (data != null) {
                writeData(json);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot be written", e);
        }
        return message.toByteArray();
    }

    private void writeContext(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("context");
        json.writeObjectFieldStart("cloudevent");
        for (var attribute : attributes.entrySet()) {
            if (!PLACED.contains(attribute.getKey())) {
                json.writeStringField(attribute.getKey(), attribute.getValue());
            }
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /** Properties are an object: any other value is one's only field. */
    private void writeData(JsonGenerator json) throws IOException {
        json.writeFieldName("properties");
        var text = new String(data.body(), data.from(), data.length(), UTF_8);
        json.writeRawValue(text.startsWith("{") ? text : "{\"data\":" + text + "}");
    }
}

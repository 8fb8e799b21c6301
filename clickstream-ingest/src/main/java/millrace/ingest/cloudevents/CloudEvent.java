package millrace.ingest.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import millrace.ingest.http.Limits;
import millrace.ingest.http.Slice;
import millrace.ingest.segment.SegmentMessage;

/**
 * A valid event of the CloudEvents 1.0 specification.
 *
 * @param data {@code null} where there is none
 */
record CloudEvent(ContextAttributes attributes, EventData data) {
    /**
     * Attributes that are not copied to {@code context.cloudevent}: the version is always the same, and the type has a
     * field of its own.
     */
    private static final Set<String> PLACED = Set.of(ContextAttributes.VERSION, ContextAttributes.TYPE);

    private static final int COLON_OR_COMMA = 1;

    /**
     * Converts the event to a tracked message, which consumers of {@code clicks} know. Its id is the source, a blank
     * and the id: only both together are unique, and a URI reference has no blank. Its visitor is the {@code
     * partitionkey}; without one, a click is keyed by the subject or, where that is missing or too long, by the source.
     *
     * <p>The attributes are in {@code context.cloudevent}. Data that is a JSON object becomes the properties. Other
     * data is their only field: {@code data}, or for bytes {@code data_base64}; then {@code context.cloudevent} has
     * {@code data_wrapped}, a name that no attribute can have.
     */
    SegmentMessage message() {
        var bytes = new ByteArrayOutputStream(1_200);
        var id = text(ContextAttributes.SOURCE) + " " + text(ContextAttributes.ID);
        int passedOnFrom;
        var propertiesFrom = 0;
        int to;
        try (var json = Limits.JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("messageId", id);
            passedOnFrom = position(json, bytes) + COLON_OR_COMMA;
            json.writeStringField("event", text(ContextAttributes.TYPE));
            writeContext(json);
            if (data != null) {
                json.writeFieldName("properties");
                propertiesFrom = position(json, bytes) + COLON_OR_COMMA;
                writeProperties(json);
            }
            to = position(json, bytes);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot be written", e);
        }
        var message = bytes.toByteArray();
        return SegmentMessage.tracked(
                id,
                text(ContextAttributes.KEY),
                keyWithoutPartition(),
                text(ContextAttributes.TYPE),
                attributes.time() == null ? null : attributes.time().toString(),
                new Slice(message, 0, message.length),
                data == null ? null : new Slice(message, propertiesFrom, to),
                new Slice(message, passedOnFrom, to));
    }

    private String text(String attribute) {
        return attributes.text(attribute);
    }

    private String keyWithoutPartition() {
        var subject = text(ContextAttributes.SUBJECT);
        return subject == null || subject.length() > Limits.VISITOR_ID ? text(ContextAttributes.SOURCE) : subject;
    }

    private void writeContext(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("context");
        json.writeObjectFieldStart("cloudevent");
        for (var attribute : attributes.values().entrySet()) {
            if (!PLACED.contains(attribute.getKey())) {
                json.writeObjectField(attribute.getKey(), attribute.getValue());
            }
        }
        if (data != null && !(data instanceof EventData.Json value && value.isObject())) {
            json.writeBooleanField("data_wrapped", true);
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeProperties(JsonGenerator json) throws IOException {
        switch (data) {
            case EventData.Json(var value, var isObject) when isObject -> json.writeRawValue(text(value));
            case EventData.Json(var value, var isObject) -> {
                json.writeStartObject();
                json.writeFieldName("data");
                json.writeRawValue(text(value));
                json.writeEndObject();
            }
            case EventData.Text(var text) -> {
                json.writeStartObject();
                json.writeStringField("data", text);
                json.writeEndObject();
            }
            case EventData.Binary(var base64) -> {
                json.writeStartObject();
                json.writeStringField("data_base64", base64);
                json.writeEndObject();
            }
        }
    }

    private static String text(Slice json) {
        return new String(json.body(), json.from(), json.length(), UTF_8);
    }

    /** Returns the number of bytes written; the next byte is a colon or a comma. */
    private static int position(JsonGenerator json, ByteArrayOutputStream bytes) throws IOException {
        json.flush();
        return bytes.size();
    }
}

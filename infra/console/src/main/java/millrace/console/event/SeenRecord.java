package millrace.console.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import millrace.console.view.BoundedJson;
import millrace.events.CloudEvents;
import millrace.events.Json;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record of a channel.
 *
 * @param at timestamp of the record
 * @param headers as text; of a repeated one the first
 * @param key null where there is none
 * @param value a missing node where it is no JSON
 * @param seenAt when a consumer that waited for it got it; empty where it was there before
 */
record SeenRecord(
        String channel,
        int partition,
        long offset,
        Instant at,
        Map<String, String> headers,
        String key,
        JsonNode value,
        Optional<Instant> seenAt) {
    private static final int DEEPEST = 4;
    private static final int MOST_FIELDS = 50;
    private static final int LONGEST_TEXT = 5_000;

    static SeenRecord of(String channel, ConsumerRecord<byte[], byte[]> record, Optional<Instant> seenAt) {
        var headers = new LinkedHashMap<String, String>();
        record.headers().forEach(header -> headers.putIfAbsent(header.key(), text(header.value())));
        return new SeenRecord(
                channel,
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                headers,
                text(record.key()),
                json(record.value()),
                seenAt);
    }

    /** @param archived a record as audit answers it */
    static SeenRecord archived(JsonNode archived) {
        var headers = new LinkedHashMap<String, String>();
        archived.path("headers")
                .forEach(header -> headers.putIfAbsent(
                        header.path("name").asText(), header.path("value").asText()));
        return new SeenRecord(
                archived.path("channel").asText(),
                archived.path("partition").asInt(),
                archived.path("offset").asLong(),
                Instant.parse(archived.path("timestamp").asText()),
                headers,
                archived.path("key").isTextual() ? archived.path("key").asText() : null,
                shortened(archived.path("value"), DEEPEST),
                Optional.empty());
    }

    /** Id of the event, which its sender gave it. */
    String eventId() {
        return headers.getOrDefault(CloudEvents.ID, "");
    }

    /** Name of the event without that of its channel: {@code OrderPlaced}. */
    String type() {
        var type = headers.getOrDefault(CloudEvents.TYPE, "");
        return type.substring(type.indexOf('.') + 1);
    }

    /** When it happened, by its sender's clock; empty where no header says it. */
    Optional<Instant> happenedAt() {
        try {
            return Optional.ofNullable(headers.get(CloudEvents.TIME)).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** The trace id of 32 digits; empty where no header says it. */
    Optional<String> traceId() {
        return Optional.ofNullable(headers.get(CloudEvents.TRACEPARENT)).flatMap(EventName::traceId);
    }

    /** Channel, partition and offset: {@code clicks/2/1244}. */
    String place() {
        return channel + "/" + partition + "/" + offset;
    }

    private static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /** The beginning of each of its parts: many records are kept. */
    private static JsonNode json(byte[] bytes) {
        try {
            return bytes == null
                    ? Json.MAPPER.missingNode()
                    : BoundedJson.ofRecord(bytes)
                            .map(value -> shortened(value, DEEPEST))
                            .orElseGet(Json.MAPPER::createObjectNode);
        } catch (IOException e) {
            return Json.MAPPER.missingNode();
        }
    }

    private static JsonNode shortened(JsonNode value, int depth) {
        if (value.isTextual() && value.asText().length() > LONGEST_TEXT) {
            return TextNode.valueOf(value.asText().substring(0, LONGEST_TEXT));
        }
        if (value.isArray()) {
            var some = Json.MAPPER.createArrayNode();
            for (var element : value) {
                if (element.isValueNode() && some.size() < MOST_FIELDS) {
                    some.add(shortened(element, 0));
                }
            }
            return some;
        }
        if (value.isObject()) {
            var some = Json.MAPPER.createObjectNode();
            value.properties().stream()
                    .filter(field -> depth > 0)
                    .limit(MOST_FIELDS)
                    .forEach(field -> some.set(field.getKey(), shortened(field.getValue(), depth - 1)));
            return some;
        }
        return value;
    }
}

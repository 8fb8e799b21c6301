package millrace.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.Map;
import millrace.events.Json;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One server-sent event.
 *
 * @param name of the channel; {@code end} before the stream is closed; {@code null} for a comment
 * @param position partition and offset of the record in its channel, separated by a colon; or {@code null}
 * @param text JSON, or the comment
 */
record LiveUpdate(String name, String position, String text) {
    static LiveUpdate comment(String text) {
        return new LiveUpdate(null, null, text);
    }

    static LiveUpdate end(String why) {
        return new LiveUpdate("end", null, Json.text(Map.of("detail", why)));
    }

    /** Wraps a record, whose value is JSON already; the value of a tombstone is {@code null}. */
    static LiveUpdate of(String channel, ConsumerRecord<String, byte[]> entry) {
        var value = entry.value() == null ? "null" : new String(entry.value(), UTF_8);
        return new LiveUpdate(
                channel,
                entry.partition() + ":" + entry.offset(),
                "{\"key\":" + Json.text(entry.key()) + ",\"value\":" + value + "}");
    }

    OutboundSseEvent event(Sse sse) {
        if (name == null) {
            return sse.newEventBuilder().comment(text).build();
        }
        var event = sse.newEventBuilder().name(name).data(text);
        return position == null ? event.build() : event.id(position).build();
    }
}

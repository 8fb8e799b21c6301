package millrace.analytics.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.Map;
import millrace.events.Json;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What a listener is told.
 *
 * @param name of the channel; {@code end} before the stream is closed; {@code null} where it is only a comment
 * @param position partition and offset of the record in its channel, with a colon between them; or {@code null}
 * @param text JSON, or the comment
 */
record Update(String name, String position, String text) {
    static Update comment(String text) {
        return new Update(null, null, text);
    }

    static Update end(String why) {
        return new Update("end", null, Json.text(Map.of("detail", why)));
    }

    /** The record's value is JSON already; there is none where a row was taken back. */
    static Update of(String channel, ConsumerRecord<String, byte[]> entry) {
        var value = entry.value() == null ? "null" : new String(entry.value(), UTF_8);
        return new Update(
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

package millrace.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Headers of a record in the binary mode of the CloudEvents 1.0 Kafka protocol binding. */
public final class CloudEvents {
    public static final String ID = "ce_id";
    public static final String TYPE = "ce_type";
    public static final String SOURCE = "ce_source";
    public static final String TIME = "ce_time";
    public static final String TRACEPARENT = "traceparent";

    /**
     * Digest of what the sender meant, made at the edge: 128 bits in hex, the same for each retry of one event, whatever changes
     * on the way (time of sending and of receipt, the clock's correction, retry counters, the sender's address). Two events of
     * one source and id with different digests are not the same event.
     */
    public static final String DIGEST = "digest";

    private CloudEvents() {}

    /**
     * Headers of a record of JSON.
     *
     * @param type what happened, for example {@code "clicks.page"}
     * @param time when it happened, by the event's own time
     */
    public static Headers headers(String id, String type, String source, Instant time) {
        return headers(id, type, source, time.toString());
    }

    /**
     * The same with a time that is written already.
     *
     * @param time in ISO 8601
     */
    public static Headers headers(String id, String type, String source, String time) {
        var headers = new RecordHeaders();
        add(headers, "ce_specversion", "1.0");
        add(headers, ID, id);
        add(headers, TYPE, type);
        add(headers, SOURCE, source);
        add(headers, TIME, time);
        add(headers, "content-type", "application/json");
        return headers;
    }

    /** Adds a header of text. */
    public static void add(Headers headers, String name, String text) {
        headers.add(name, text.getBytes(UTF_8));
    }

    /** Text of the first header of that name; {@code null} where there is none. */
    public static String text(Headers headers, String name) {
        for (Header header : headers.headers(name)) {
            return header.value() == null ? null : new String(header.value(), UTF_8);
        }
        return null;
    }
}

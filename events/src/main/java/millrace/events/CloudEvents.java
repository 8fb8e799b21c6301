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
     * Digest of the content that the sender meant, computed at the edge: 128 bits in hex, equal for each retry of one
     * event, whatever changes on the way (times of sending and receipt, clock correction, retry counters, the sender's
     * address). Two events of one source and id with different digests are different events.
     */
    public static final String DIGEST = "digest";

    private CloudEvents() {}

    /**
     * Creates the headers of a JSON record.
     *
     * @param type of the event, for example {@code "clicks.page"}
     * @param time of the event, by its own clock
     */
    public static Headers headers(String id, String type, String source, Instant time) {
        return headers(id, type, source, time.toString());
    }

    /**
     * Creates the headers of a JSON record, with a time that is formatted already.
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

    /** Adds a header with a text. */
    public static void add(Headers headers, String name, String text) {
        headers.add(name, text.getBytes(UTF_8));
    }

    /** Returns the text of the first header of that name; {@code null} where there is none. */
    public static String text(Headers headers, String name) {
        for (Header header : headers.headers(name)) {
            return header.value() == null ? null : new String(header.value(), UTF_8);
        }
        return null;
    }
}

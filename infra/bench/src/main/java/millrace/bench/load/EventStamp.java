package millrace.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The varying parts of an event, as the bytes that are written into a request. */
final class EventStamp {
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    /** Step between the visitors of consecutive events. */
    private static final long STRIDE = 7919;

    private final int visitors;
    private final byte[] number = new byte[TrackEvent.NUMBER.length()];
    private final byte[] visitor = new byte[TrackEvent.VISITOR.length()];
    private byte[] time;
    private long millis;
    private long events;

    EventStamp(int visitors) {
        this.visitors = visitors;
        setTime(System.currentTimeMillis());
    }

    /** Advances to the next event. */
    void next() {
        events++;
        digits(events, number);
        digits(events * STRIDE % visitors, visitor);
    }

    /** Sets the timestamp of the following events. */
    void setTime(long epochMillis) {
        if (epochMillis != millis) {
            millis = epochMillis;
            time = ISO.format(Instant.ofEpochMilli(epochMillis)).getBytes(US_ASCII);
        }
    }

    byte[] number() {
        return number;
    }

    byte[] visitor() {
        return visitor;
    }

    byte[] time() {
        return time;
    }

    private static void digits(long value, byte[] into) {
        var rest = value;
        for (var position = into.length - 1; position >= 0; position--) {
            into[position] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}

package millrace.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** What differs from one event to the next, as the bytes that are put into it. */
final class EventStamp {
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    /** Neighbouring events have visitors far apart. */
    private static final long STRIDE = 7919;

    private final int visitors;
    private final byte[] number = new byte[TrackEvent.NUMBER.length()];
    private final byte[] visitor = new byte[TrackEvent.VISITOR.length()];
    private byte[] time;
    private long millis;
    private long events;

    EventStamp(int visitors) {
        this.visitors = visitors;
        at(System.currentTimeMillis());
    }

    /** Numbers the next event. */
    void next() {
        events++;
        digits(events, number);
        digits(events * STRIDE % visitors, visitor);
    }

    /** Keeps the time for the events from now on. */
    void at(long epochMillis) {
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
        for (var place = into.length - 1; place >= 0; place--) {
            into[place] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}

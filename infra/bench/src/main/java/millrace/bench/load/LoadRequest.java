package millrace.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The bytes of the requests of a connection: built once; for each request only the varying parts are overwritten. */
final class LoadRequest {
    private final ByteBuffer bytes;
    private final int[] numbers;
    private final int[] visitors;
    private final int[] times;

    private LoadRequest(String text) {
        var content = text.getBytes(US_ASCII);
        bytes = ByteBuffer.allocateDirect(content.length).put(content);
        numbers = offsets(text, TrackEvent.NUMBER);
        visitors = offsets(text, TrackEvent.VISITOR);
        times = offsets(text, TrackEvent.TIME);
    }

    /**
     * Builds the request of a plan for one connection.
     *
     * @param sender eight letters or digits that make the ids of this load unique
     */
    static LoadRequest of(LoadPlan plan, int port, String sender, int connection) {
        var body = plan.batch() == 0
                ? TrackEvent.json(plan.eventBytes(), sender, connection, true)
                : batch(plan, sender, connection);
        var user = Base64.getEncoder().encodeToString((plan.writeKey() + ":").getBytes(US_ASCII));
        return new LoadRequest("""
                POST /v1/%s HTTP/1.1\r
                host: 127.0.0.1:%d\r
                authorization: Basic %s\r
                content-type: application/json\r
                user-agent: millrace-bench\r
                content-length: %d\r
                \r
                %s""".formatted(plan.batch() == 0 ? "track" : "batch", port, user, body.length(), body));
    }

    /** Returns the next request. The previous one must be completely written, because they share a buffer. */
    ByteBuffer next(EventStamp stamp) {
        for (var event = 0; event < numbers.length; event++) {
            stamp.next();
            bytes.put(numbers[event], stamp.number());
            bytes.put(visitors[event], stamp.visitor());
        }
        for (var offset : times) {
            bytes.put(offset, stamp.time());
        }
        return bytes.rewind();
    }

    private static String batch(LoadPlan plan, String sender, int connection) {
        return IntStream.range(0, plan.batch())
                .mapToObj(event ->
                        TrackEvent.json(plan.eventBytes(), sender, (long) connection * plan.batch() + event, false))
                .collect(Collectors.joining(",", "{\"batch\":[", "],\"sentAt\":\"" + TrackEvent.TIME + "\"}"));
    }

    private static int[] offsets(String text, String placeholder) {
        return IntStream.iterate(
                        text.indexOf(placeholder),
                        offset -> offset >= 0,
                        offset -> text.indexOf(placeholder, offset + 1))
                .toArray();
    }
}

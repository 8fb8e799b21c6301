package millrace.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The bodies of the requests of one connection: events as a browser's SDK sends them, of any size. A body is built
 * once; for each request only the number, the visitor and the time of its events are overwritten.
 */
final class TrackEvents {
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    /** Placeholders, as long as what replaces them. */
    private static final String NUMBER = "@number@@@@@";

    private static final String VISITOR = "@visit";
    private static final String TIME = "@time@@@@@@@@@@@@@@@@@@@";

    /** Step between the visitors of consecutive events. */
    private static final long STRIDE = 7919;

    private static final String START = """
            {"type":"track","event":"Product Viewed","messageId":"ajs-next-%s-@number@@@@@","anonymousId":"visitor-@visit",\
            "timestamp":"@time@@@@@@@@@@@@@@@@@@@",""";
    private static final String SENT_AT = "\"sentAt\":\"" + TIME + "\",";
    private static final String PRODUCT = "\"properties\":{\"product_id\":\"SKU-10421\",\"price\":12.5,\"note\":\"";
    private static final String CONTEXT = "\"},\"context\":{\"direct\":true";
    private static final String END = "}}";
    private static final List<String> DETAILS = List.of(
            ",\"library\":{\"name\":\"analytics.js\",\"version\":\"next-1.84.3\"}",
            ",\"page\":{\"path\":\"/mugs/enamel\",\"title\":\"Enamel mugs\",\"url\":\"https://shop.example/mugs/enamel\"}",
            ",\"userAgent\":\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0\"",
            ",\"locale\":\"en-GB\",\"timezone\":\"Europe/Berlin\"");
    private static final String[] WORDS =
            "mug enamel red blue large small gift set kitchen steel wood glass new sale light dark round tall"
                    .split(" ");

    private final byte[] body;
    private final int[] numbers;
    private final int[] visitors;
    private final int[] times;
    private final int visitorCount;
    private final long connections;
    private long number;
    private byte[] time = new byte[0];
    private long millis;

    /**
     * @param sender eight letters or digits that make the ids of this load unique
     * @param connection number of the connection; the events of all connections have different numbers
     */
    TrackEvents(Load load, String sender, int connection) {
        var text = load.batch() == 0
                ? json(load.eventBytes(), sender, connection, true)
                : IntStream.range(0, load.batch())
                        .mapToObj(event ->
                                json(load.eventBytes(), sender, (long) connection * load.batch() + event, false))
                        .collect(Collectors.joining(",", "{\"batch\":[", "],\"sentAt\":\"" + TIME + "\"}"));
        body = text.getBytes(US_ASCII);
        numbers = offsets(text, NUMBER);
        visitors = offsets(text, VISITOR);
        times = offsets(text, TIME);
        visitorCount = load.visitors();
        connections = load.connections();
        number = connection;
    }

    /** Returns the next body, in an array that the next call changes. */
    byte[] next(long epochMillis) {
        for (var event = 0; event < numbers.length; event++) {
            number += connections;
            digits(number, numbers[event], NUMBER.length());
            digits(number * STRIDE % visitorCount, visitors[event], VISITOR.length());
        }
        if (epochMillis != millis) {
            millis = epochMillis;
            time = ISO.format(Instant.ofEpochMilli(epochMillis)).getBytes(US_ASCII);
        }
        for (var offset : times) {
            System.arraycopy(time, 0, body, offset, time.length);
        }
        return body;
    }

    /**
     * Returns one event in JSON, with placeholders.
     *
     * @param seed seed of the filler text, so that compression is as effective as on real events
     * @param alone true to add a {@code sentAt}; a batch has one for all events
     */
    private static String json(int bytes, String sender, long seed, boolean alone) {
        var context = new StringBuilder(CONTEXT);
        var start = START.formatted(sender) + (alone ? SENT_AT : "") + PRODUCT;
        for (var detail : DETAILS) {
            if (start.length() + context.length() + detail.length() + END.length() <= bytes) {
                context.append(detail);
            }
        }
        var missing = bytes - start.length() - context.length() - END.length();
        if (missing < 0) {
            throw new IllegalArgumentException(
                    "An event of %d bytes is asked for; the smallest has %d.".formatted(bytes, bytes - missing));
        }
        return start + text(missing, seed) + context + END;
    }

    private static String text(int length, long seed) {
        var random = new Random(seed);
        var text = new StringBuilder();
        while (text.length() < length) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
        }
        text.setLength(length);
        return text.toString();
    }

    private void digits(long value, int offset, int length) {
        var rest = value;
        for (var position = offset + length - 1; position >= offset; position--) {
            body[position] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private static int[] offsets(String text, String placeholder) {
        return IntStream.iterate(
                        text.indexOf(placeholder),
                        offset -> offset >= 0,
                        offset -> text.indexOf(placeholder, offset + 1))
                .toArray();
    }
}

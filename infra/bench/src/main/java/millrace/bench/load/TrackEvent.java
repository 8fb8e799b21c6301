package millrace.bench.load;

import java.util.List;
import java.util.Random;

/** Templates of events as a browser's SDK sends them, of any size, with placeholders for the varying parts. */
final class TrackEvent {
    /** Placeholder of the event's number in its id. */
    static final String NUMBER = "@number@@@@@";
    /** Placeholder of the visitor's number. */
    static final String VISITOR = "@visit";
    /** Placeholder of the time, in ISO 8601 with milliseconds. */
    static final String TIME = "@time@@@@@@@@@@@@@@@@@@@";

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

    private TrackEvent() {}

    /**
     * Returns one event in JSON.
     *
     * @param sender eight letters or digits, unique to the load, in every id
     * @param seed seed of the filler text, so that compression is as effective as on real events
     * @param alone true to add a {@code sentAt}; a batch has one for all events
     */
    static String json(int bytes, String sender, long seed, boolean alone) {
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
}

package millrace.audit.question;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import millrace.audit.Problem;
import millrace.events.Catalogue;
import millrace.events.Channels;

/**
 * What is asked about: which records those are, and what is put on record of the question.
 *
 * @param name key of the event on {@code audit-events}
 * @param question the path without what names it
 * @param where the condition, with a parameter for each value
 */
record About(String name, String question, String where, List<Object> values) {
    private static final String DEAD_LETTERS = "the record's key";
    private static final List<String> OF_ORDERS = keyedBy("order id (source/number)");

    /** A dead letter names its channel in a header: orders its own, analytics Kafka Streams', with the prefix. */
    private static final String ORDER = """
        key = ? AND (channel = ANY (?) OR (channel = ANY (?) AND coalesce(
            header_values[array_position(header_names, 'dead-letter-channel'::bytea)],
            header_values[array_position(header_names, '__streams.errors.topic'::bytea)]) = ANY (?)))\
        """;

    private static final String STATE = """
        channel = ? AND (partition, seq) = (SELECT partition, seq FROM records
            WHERE key = ? AND channel = ? AND timestamp_ms <= ? ORDER BY timestamp_ms DESC, seq DESC LIMIT 1)\
        """;

    private static final Pattern TRACE =
            Pattern.compile("(?:[0-9a-f]{2}-)?([0-9a-f]{32})(?:-[0-9a-f]{16}-[0-9a-f]{2})?");

    /** All that went over the channels that are keyed by order, and what of it became a dead letter. */
    static About order(String id, String prefix) {
        var key = key(id);
        var origins = OF_ORDERS.stream()
                .flatMap(channel -> Stream.of(channel, prefix + channel))
                .map(channel -> channel.getBytes(UTF_8))
                .toArray(byte[][]::new);
        var channels = OF_ORDERS.toArray(String[]::new);
        var deadLetters = keyedBy(DEAD_LETTERS).toArray(String[]::new);
        return new About(
                "orders/" + id, "/audit/orders/{source}/{number}", ORDER, List.of(key, channels, deadLetters, origins));
    }

    /** What {@code order-state} said of it last, not after that time. */
    static About state(String id, long atMs) {
        return new About(
                "orders/" + id,
                "/audit/orders/{source}/{number}/state",
                STATE,
                List.of(Channels.ORDER_STATE.name(), key(id), Channels.ORDER_STATE.name(), atMs));
    }

    /** @param subjects numbers of the person in the archive, the person's own first */
    static About customer(List<Long> subjects) {
        return new About(
                "subjects/" + subjects.getFirst(), "/audit/customers/{id}", "subject = ANY (?)", List.of((Object)
                        subjects.toArray(Long[]::new)));
    }

    /** A customer whom the archive does not know. */
    static About nobody() {
        return new About("subjects/none", "/audit/customers/{id}", "false", List.of());
    }

    /** @param text a trace id of W3C Trace Context, or the whole header */
    static About trace(String text) {
        var found = TRACE.matcher(text);
        if (!found.matches()) {
            throw Problem.badRequest(
                    "A trace is 32 digits of 0-9 and a-f, or a header traceparent with them, not " + text + ".");
        }
        var id = found.group(1);
        var uuid = new UUID(Long.parseUnsignedLong(id, 0, 16, 16), Long.parseUnsignedLong(id, 16, 32, 16));
        return new About("traces/" + id, "/audit/traces/{id}", "trace = ?", List.of(uuid));
    }

    private static byte[] key(String id) {
        return id.getBytes(UTF_8);
    }

    private static List<String> keyedBy(String key) {
        return Catalogue.channels().stream()
                .filter(channel -> channel.audited() && channel.key().equals(key))
                .map(Catalogue.Entry::name)
                .toList();
    }
}

package millrace.audit.question;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import millrace.access.Problem;
import millrace.events.Catalogue;
import millrace.events.Channels;
import millrace.events.DeadLetterHeaders;

/**
 * Selects records by order, customer or trace, and names the query for its event on {@code audit-events}.
 *
 * @param name key of the event on {@code audit-events}
 * @param path of the resource, as a template
 * @param where SQL condition with a parameter for each value
 */
record RecordFilter(String name, String path, String where, List<Object> values) {
    private static final String DEAD_LETTERS = "the record's key";
    private static final List<String> OF_ORDERS = keyedBy("order id (source/number)");

    /** Dead letters name their channel in a header: a service in its own, Kafka Streams in that of its own, with the prefix. */
    private static final String ORDER = """
        key = ? AND (channel = ANY (?) OR (channel = ANY (?) AND coalesce(
            header_values[array_position(header_names, '%s'::bytea)],
            header_values[array_position(header_names, '%s'::bytea)]) = ANY (?)))\
        """.formatted(DeadLetterHeaders.CHANNEL, DeadLetterHeaders.STREAMS_TOPIC);

    private static final String STATE = """
        channel = ? AND (partition, seq) = (SELECT partition, seq FROM records
            WHERE key = ? AND channel = ? AND timestamp_ms <= ? ORDER BY timestamp_ms DESC, seq DESC LIMIT 1)\
        """;

    private static final Pattern TRACE =
            Pattern.compile("(?:[0-9a-f]{2}-)?([0-9a-f]{32})(?:-[0-9a-f]{16}-[0-9a-f]{2})?");

    /** All records of channels that are keyed by order id, and their dead letters. */
    static RecordFilter order(String id, String prefix) {
        var key = key(id);
        var origins = OF_ORDERS.stream()
                .flatMap(channel -> Stream.of(channel, prefix + channel))
                .map(channel -> channel.getBytes(UTF_8))
                .toArray(byte[][]::new);
        var channels = OF_ORDERS.toArray(String[]::new);
        var deadLetters = keyedBy(DEAD_LETTERS).toArray(String[]::new);
        return new RecordFilter(
                "orders/" + id, "/audit/orders/{source}/{number}", ORDER, List.of(key, channels, deadLetters, origins));
    }

    /** The last record of {@code order-state} at or before a time. */
    static RecordFilter state(String id, long atMs) {
        return new RecordFilter(
                "orders/" + id,
                "/audit/orders/{source}/{number}/state",
                STATE,
                List.of(Channels.ORDER_STATE.name(), key(id), Channels.ORDER_STATE.name(), atMs));
    }

    /**
     * All records with data of a person, whose number is all that an erasure leaves of the person.
     *
     * @param subjects numbers of the person in the archive, the first is that of the person alone; empty selects no records
     */
    static RecordFilter customer(List<Long> subjects) {
        var name = "subjects/" + (subjects.isEmpty() ? "none" : subjects.getFirst());
        Object numbers = subjects.toArray(Long[]::new);
        return new RecordFilter(name, "/audit/customers/{id}", "subject = ANY (?)", List.of(numbers));
    }

    /** @param text a trace id of W3C Trace Context, or the whole header */
    static RecordFilter trace(String text) {
        var found = TRACE.matcher(text);
        if (!found.matches()) {
            throw Problem.badRequest(
                    "A trace is 32 digits of 0-9 and a-f, or a header traceparent with them, not " + text + ".");
        }
        var id = found.group(1);
        var uuid = new UUID(Long.parseUnsignedLong(id, 0, 16, 16), Long.parseUnsignedLong(id, 16, 32, 16));
        return new RecordFilter("traces/" + id, "/audit/traces/{id}", "trace = ?", List.of(uuid));
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

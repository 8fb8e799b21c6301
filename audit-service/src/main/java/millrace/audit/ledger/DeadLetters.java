package millrace.audit.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/** What analytics could not go on with, by where it lay: a record is one however often it was set apart. */
final class DeadLetters {
    private static final String TOPIC = "__streams.errors.topic";
    private static final String PARTITION = "__streams.errors.partition";
    private static final String OFFSET = "__streams.errors.offset";
    private static final String COUNTED = "dead-letter-counted";

    private final Map<Origin, Boolean> letters = new HashMap<>();

    private record Origin(String channel, String partition, String offset) {}

    /** A letter is written after its record, and has its time or a later one. */
    static DeadLetters read(Reading reading, Question question, LiveAnalytics live) {
        var letters = new DeadLetters();
        var from = question.from().minus(Reading.DISORDER);
        var channel = List.of(live.deadLetters());
        reading.read(channel, from, question.askedAt(), letter -> letters.add(reading, letter.headers()));
        return letters;
    }

    /** Whether the record had been counted before; empty where there is no letter about it. */
    Optional<Boolean> about(String channel, int partition, long offset) {
        return letters.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(
                        letters.get(new Origin(channel, Integer.toString(partition), Long.toString(offset))));
    }

    private void add(Reading reading, Headers headers) {
        var topic = last(headers, TOPIC);
        if (topic != null) {
            var origin = new Origin(reading.channel(topic), last(headers, PARTITION), last(headers, OFFSET));
            letters.merge(origin, last(headers, COUNTED) != null, Boolean::logicalOr);
        }
    }

    /** Kafka Streams adds its own behind those of the record, which may say anything. */
    private static String last(Headers headers, String name) {
        var header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }
}

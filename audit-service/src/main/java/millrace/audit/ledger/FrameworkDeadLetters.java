package millrace.audit.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.events.Catalogue;
import millrace.events.DeadLetterHeaders;
import org.apache.kafka.common.header.Headers;

/**
 * Dead letters that Kafka Streams writes for a reader, which cannot count a record that it never got. They are found on
 * the channels of dead letters that the catalogue declares as uncounted, by original offset: a record counts once, even
 * if it was dead-lettered repeatedly.
 */
final class FrameworkDeadLetters {
    private final Map<Origin, Boolean> deadLetters = new HashMap<>();

    private record Origin(String channel, String partition, String offset) {}

    /**
     * Reads the dead letters of each reader, by the name of its process. A dead letter is written after its record, with
     * the same timestamp or a later one.
     */
    static Map<String, FrameworkDeadLetters> read(ChannelScan scan, LedgerQuery query, LiveGenerations live) {
        var readers = new HashMap<String, FrameworkDeadLetters>();
        var from = query.from().minus(ChannelScan.DISORDER);
        for (var channel : Catalogue.deadLetterChannels()) {
            if (Catalogue.counting(channel).writers().isEmpty()) {
                var reader = Catalogue.process(channel.owner());
                var deadLetters = readers.computeIfAbsent(reader, added -> new FrameworkDeadLetters());
                scan.read(
                        List.of(channel.name() + live.suffix(reader)),
                        from,
                        query.askedAt(),
                        deadLetter -> deadLetters.add(scan, deadLetter.headers()));
            }
        }
        return readers;
    }

    /** True if the record had been counted before; empty if it is not a dead letter. */
    Optional<Boolean> about(String channel, int partition, long offset) {
        return deadLetters.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(
                        deadLetters.get(new Origin(channel, Integer.toString(partition), Long.toString(offset))));
    }

    private void add(ChannelScan scan, Headers headers) {
        var topic = last(headers, DeadLetterHeaders.STREAMS_TOPIC);
        if (topic != null) {
            var origin = new Origin(
                    scan.channel(topic),
                    last(headers, DeadLetterHeaders.STREAMS_PARTITION),
                    last(headers, DeadLetterHeaders.STREAMS_OFFSET));
            deadLetters.merge(origin, last(headers, DeadLetterHeaders.COUNTED) != null, Boolean::logicalOr);
        }
    }

    /** Kafka Streams appends its headers after those of the record, which a client may have chosen. */
    private static String last(Headers headers, String name) {
        var header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }
}

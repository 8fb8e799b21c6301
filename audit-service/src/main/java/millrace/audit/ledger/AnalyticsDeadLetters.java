package millrace.audit.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.events.DeadLetterHeaders;
import org.apache.kafka.common.header.Headers;

/** The dead letters of analytics by original offset: a record counts once, even if it was dead-lettered repeatedly. */
final class AnalyticsDeadLetters {
    private final Map<Origin, Boolean> deadLetters = new HashMap<>();

    private record Origin(String channel, String partition, String offset) {}

    /** A dead letter is written after its record, with the same timestamp or a later one. */
    static AnalyticsDeadLetters read(ChannelScan scan, LedgerQuery query, LiveAnalytics live) {
        var deadLetters = new AnalyticsDeadLetters();
        var from = query.from().minus(ChannelScan.DISORDER);
        var channel = List.of(live.deadLetters());
        scan.read(channel, from, query.askedAt(), deadLetter -> deadLetters.add(scan, deadLetter.headers()));
        return deadLetters;
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

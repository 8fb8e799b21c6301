package millrace.replay;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import millrace.events.Generation.Range;
import millrace.events.Generation.ReplayReceipt;
import millrace.generation.GenerationComparison;
import org.apache.kafka.common.TopicPartition;

/**
 * Receipt of an operation on a generation, on the channel {@code generations}: published when the operation begins, and
 * replaced at its later steps.
 *
 * @param from offsets at which the operation begins to read; none if it reads nothing
 * @param partial true if the generation began later than its channels
 */
record OperationReceipt(
        ReplayContext context,
        String id,
        String action,
        int generation,
        Instant begin,
        Map<TopicPartition, Long> from,
        boolean partial) {
    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    /** Returns the receipt of an operation that reads nothing. */
    static OperationReceipt of(ReplayContext context, String action, int generation) {
        return new OperationReceipt(context, newId(), action, generation, Instant.now(), Map.of(), false);
    }

    /** Returns the id of a new receipt; ids sort by time. */
    static String newId() {
        return ID.format(Instant.now()) + "-" + UUID.randomUUID().toString().substring(0, 4);
    }

    /** Publishes the receipt of an operation that goes on. */
    void update(String outcome, Optional<GenerationComparison> comparison) {
        publish(outcome, comparison, null);
    }

    /** Publishes the receipt of an operation that has ended. */
    void end(String outcome, Optional<GenerationComparison> comparison) {
        publish(outcome, comparison, Instant.now());
    }

    private void publish(String outcome, Optional<GenerationComparison> comparison, Instant end) {
        var committed = context.offsets().committed(context.consumer().group(generation));
        var ranges = from.entrySet().stream()
                .map(first -> new Range(
                        context.platform().channel(first.getKey().topic()),
                        first.getKey().partition(),
                        first.getValue(),
                        Math.max(first.getValue(), committed.getOrDefault(first.getKey(), first.getValue()))))
                .toList();
        context.generationLog()
                .append(new ReplayReceipt(
                        id,
                        context.name(),
                        action,
                        generation,
                        PlatformConnection.operator(),
                        begin,
                        end,
                        partial,
                        ranges,
                        ranges.stream()
                                .mapToLong(range -> range.to() - range.from())
                                .sum(),
                        comparison.map(GenerationComparison::shadowDigest).orElse(null),
                        comparison.map(GenerationComparison::digest).orElse(null),
                        outcome));
    }
}

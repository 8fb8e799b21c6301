package millrace.replay;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import millrace.events.Generation.ReplayReceipt;
import millrace.generation.GenerationComparison;
import org.apache.kafka.common.TopicPartition;

/** Receipt of one run: written when the run begins, and replaced at every later step. */
final class RunReceipt {
    private final String id = ReplayContext.newId();
    private final Instant begin = Instant.now();
    private final ReplayContext context;
    private final int generation;
    private final Map<TopicPartition, Long> from;
    private final boolean partial;

    RunReceipt(ReplayContext context, int generation, Map<TopicPartition, Long> from, boolean partial) {
        this.context = context;
        this.generation = generation;
        this.from = from;
        this.partial = partial;
    }

    void write(String outcome, Optional<GenerationComparison> compared, boolean over) {
        var ranges = context.ranges(generation, from);
        context.append(new ReplayReceipt(
                id,
                context.name(),
                "run",
                generation,
                PlatformConnection.operator(),
                begin,
                over ? Instant.now() : null,
                partial,
                ranges,
                ReplayContext.records(ranges),
                compared.map(GenerationComparison::shadowDigest).orElse(null),
                compared.map(GenerationComparison::digest).orElse(null),
                outcome
                        + compared.map(ComparisonReport::sentence)
                                .map(" "::concat)
                                .orElse("")));
    }
}

package millrace.replay;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import millrace.events.Generation.ReplayReceipt;
import org.apache.kafka.common.TopicPartition;

/** The receipt of one run, written when it begins, and again whenever there is more to say. */
final class RunReceipt {
    private final String id = Desk.newId();
    private final Instant begin = Instant.now();
    private final Desk desk;
    private final int generation;
    private final Map<TopicPartition, Long> from;
    private final boolean partial;

    RunReceipt(Desk desk, int generation, Map<TopicPartition, Long> from, boolean partial) {
        this.desk = desk;
        this.generation = generation;
        this.from = from;
        this.partial = partial;
    }

    void write(String outcome, Optional<Comparison> compared, boolean over) {
        var ranges = desk.ranges(generation, from);
        desk.keep(new ReplayReceipt(
                id,
                desk.name(),
                "run",
                generation,
                Site.who(),
                begin,
                over ? Instant.now() : null,
                partial,
                ranges,
                Desk.records(ranges),
                compared.map(Comparison::shadowDigest).orElse(null),
                compared.map(Comparison::digest).orElse(null),
                outcome + compared.map(Findings::sentence).map(" "::concat).orElse("")));
    }
}

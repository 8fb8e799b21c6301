package millrace.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what a run would read and need; changes nothing. */
@Command(
        name = "plan",
        header = "Shows what a run would read and need.",
        description = {
            "Shows what a run would read and need, and changes nothing: channels with their offsets, records and span of time;"
                    + " what retention has removed already; time and disk, by the last run"
                    + " and by the live generation; resources that the platform lacks, with the commands that create them."
        })
final class PlanCommand extends ConsumerCommand {
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);

    @Option(names = "--generation", paramLabel = "N", description = "Default: the one after the live one.")
    private Integer generation;

    @Override
    int execute(ReplayContext context) {
        var current = context.liveGeneration();
        int shadow = TargetGeneration.shadow(context, current, Optional.ofNullable(generation));
        context.print("Generation %d of %s beside %d, which is live:", shadow, context.name(), current.live());
        var records = print(context, shadow);
        context.print(
                "  disk   about %,d MiB, as the live generation has",
                (context.consumer().bytes(current.live()) >> 20) + 1);
        context.print("  time   %s", time(context, records));
        context.consumer()
                .missingResources(shadow)
                .forEach(missing -> context.print("  lacks  %s: %s", missing.what(), missing.command()));
        if (context.consumer().exists(shadow)) {
            context.print("It has been begun already; run goes on with it, drop makes room for another.");
        }
        return 0;
    }

    /** @return number of records that are still to be read */
    private static long print(ReplayContext context, int generation) {
        var channels = context.consumer().channels();
        var first = context.offsets().earliest(channels);
        var committed = context.offsets().committed(context.consumer().group(generation));
        var times = new HashMap<TopicPartition, List<Instant>>();
        var ends = context.offsets().latest(channels);
        try (var consumer = consumer(context)) {
            ends.forEach(
                    (partition, end) -> times.put(partition, span(consumer, partition, first.get(partition), end)));
        }
        var sum = 0L;
        for (var end : ends.entrySet()) {
            var partition = end.getKey();
            var from = Math.max(first.get(partition), committed.getOrDefault(partition, 0L));
            sum += end.getValue() - from;
            context.print(
                    "  %s-%d  offsets %d to %d, %,d records%s%s",
                    context.platform().channel(partition.topic()),
                    partition.partition(),
                    from,
                    end.getValue(),
                    end.getValue() - from,
                    times.get(partition).isEmpty()
                            ? ""
                            : ", " + times.get(partition).getFirst() + " to "
                                    + times.get(partition).getLast(),
                    gone(context, partition, first));
        }
        context.print("  all    %,d records", sum);
        return sum;
    }

    /** Describes the offsets that retention has removed. */
    private static String gone(ReplayContext context, TopicPartition partition, Map<TopicPartition, Long> first) {
        if (first.get(partition) == 0) {
            return "";
        }
        var removed = ";\n    retention has removed offsets 0 to %d".formatted(first.get(partition));
        // fork: audit
        removed += new ArchiveCoverage(context)
                .firstOffset(partition)
                .map(offset -> offset == 0
                        ? "; only the archive has them, which run --archive reads"
                        : "; the archive has those from " + offset)
                .orElse("; they are not in the archive");
        // fork: end
        return removed;
    }

    /** Returns the times of the first and the last record; empty if there is no record. */
    private static List<Instant> span(KafkaConsumer<?, ?> consumer, TopicPartition partition, long first, long end) {
        if (first == end) {
            return List.of();
        }
        consumer.assign(List.of(partition));
        var times = new ArrayList<Instant>();
        for (var offset : new long[] {first, end - 1}) {
            consumer.seek(partition, offset);
            consumer.poll(ANSWERS_WITHIN).forEach(record -> times.add(Instant.ofEpochMilli(record.timestamp())));
        }
        return times;
    }

    private static KafkaConsumer<byte[], byte[]> consumer(ReplayContext context) {
        var client = new HashMap<String, Object>(context.platform().settings().kafka());
        client.putAll(Map.of("enable.auto.commit", false, "auto.offset.reset", "earliest", "max.poll.records", 1));
        return new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static String time(ReplayContext context, long records) {
        return context.generationLog().receipts().stream()
                .filter(receipt -> receipt.consumer().equals(context.name())
                        && receipt.action().equals("run")
                        && receipt.end() != null
                        && receipt.records() > 0)
                .reduce((earlier, later) -> later)
                .map(receipt -> {
                    var seconds = Math.max(
                            1, receipt.end().getEpochSecond() - receipt.begin().getEpochSecond());
                    var rate = (double) receipt.records() / seconds;
                    return String.format(
                            Locale.ROOT,
                            "%s or less, at the %,.0f records/s of the last run",
                            RebuildProgress.text(records / rate),
                            rate);
                })
                .orElse("not known before the first run, which reports it while it runs");
    }
}

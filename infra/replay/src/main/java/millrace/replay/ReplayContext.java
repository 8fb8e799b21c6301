package millrace.replay;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import millrace.events.Generation.LiveGeneration;
import millrace.events.Generation.Range;
import millrace.events.Generation.ReplayReceipt;
import org.apache.kafka.common.TopicPartition;

/** Resources of one command: one consumer on one platform. */
record ReplayContext(
        PlatformConnection platform,
        RebuildProcess port,
        ConsumerGenerations consumer,
        Offsets offsets,
        GenerationLog generationLog,
        PrintWriter out)
        implements AutoCloseable {
    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    static ReplayContext of(PlatformConnection platform, String consumer, PrintWriter out) {
        var port = new RebuildProcess(platform, consumer);
        return new ReplayContext(
                platform,
                port,
                new ConsumerGenerations(platform, consumer, port),
                new Offsets(platform),
                new GenerationLog(platform),
                out);
    }

    /** Returns the same resources, of which the shadow reads other topics instead of channels. */
    ReplayContext reading(Map<String, String> topics) {
        return new ReplayContext(platform, port, consumer.reading(topics), offsets, generationLog, out);
    }

    String name() {
        return consumer.name();
    }

    LiveGeneration liveGeneration() {
        return generationLog.liveGeneration(name());
    }

    /** Returns the id of a new receipt; ids sort by time. */
    static String newId() {
        return ID.format(Instant.now()) + "-" + UUID.randomUUID().toString().substring(0, 4);
    }

    /**
     * Returns the offsets that the group of a generation has read, partition by partition, starting at the given ones.
     */
    List<Range> ranges(int generation, Map<TopicPartition, Long> from) {
        var committed = offsets.committed(consumer.group(generation));
        return from.entrySet().stream()
                .map(begin -> new Range(
                        platform.channel(begin.getKey().topic()),
                        begin.getKey().partition(),
                        begin.getValue(),
                        Math.max(begin.getValue(), committed.getOrDefault(begin.getKey(), begin.getValue()))))
                .toList();
    }

    static long records(List<Range> ranges) {
        return ranges.stream().mapToLong(range -> range.to() - range.from()).sum();
    }

    /** Returns true if the generation began later than its channels; a partial generation never becomes live. */
    boolean isPartial(int generation) {
        var partial = false;
        for (var receipt : generationLog.receipts()) {
            if (receipt.consumer().equals(name()) && receipt.generation() == generation) {
                partial = !receipt.action().equals("drop") && (partial || receipt.partial());
            }
        }
        return partial;
    }

    /** Returns the receipt of a drop of the generation that was begun and has not ended. */
    Optional<ReplayReceipt> unfinishedDrop(int generation) {
        return generationLog.receipts().stream()
                .filter(receipt -> receipt.consumer().equals(name()) && receipt.generation() == generation)
                .reduce((earlier, later) -> later)
                .filter(receipt -> receipt.action().equals("drop") && receipt.end() == null);
    }

    void print(String sentence, Object... parts) {
        out.printf(sentence + "%n", parts);
        out.flush();
    }

    /** Publishes a receipt; it replaces an earlier one with the same id. */
    void append(ReplayReceipt receipt) {
        generationLog.append(receipt);
    }

    /**
     * Publishes a receipt of an operation that reads nothing.
     *
     * @param end {@code null} while it goes on
     */
    void append(String id, String action, int generation, Instant begin, Instant end, String outcome) {
        append(new ReplayReceipt(
                id,
                name(),
                action,
                generation,
                PlatformConnection.operator(),
                begin,
                end,
                false,
                List.of(),
                0,
                null,
                null,
                outcome));
    }

    @Override
    public void close() {
        port.close();
        offsets.close();
    }
}

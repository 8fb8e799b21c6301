package millrace.replay;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import millrace.events.Generation.LiveGeneration;
import millrace.events.Generation.ReplayReceipt;
import millrace.generation.Rebuildable;
import org.apache.kafka.common.TopicPartition;

/** Resources of one command: one consumer on one platform. */
record ReplayContext(
        PlatformConnection platform,
        Rebuildable port,
        Offsets offsets,
        GenerationTopics topics,
        ConsumerGenerations consumer,
        GenerationLog generationLog,
        PrintWriter out)
        implements AutoCloseable {
    /** @param port of the consumer; {@link #close} closes it */
    static ReplayContext of(PlatformConnection platform, String consumer, Rebuildable port, PrintWriter out) {
        var offsets = new Offsets(platform);
        var topics = new GenerationTopics(platform);
        return new ReplayContext(
                platform,
                port,
                offsets,
                topics,
                new ConsumerGenerations(platform, consumer, port, offsets, topics),
                new GenerationLog(platform),
                out);
    }

    /** Returns the same resources, of which the shadow reads other topics instead of channels. */
    ReplayContext reading(Map<String, String> inputs) {
        return new ReplayContext(platform, port, offsets, topics, consumer.reading(inputs), generationLog, out);
    }

    String name() {
        return consumer.name();
    }

    LiveGeneration liveGeneration() {
        return generationLog.liveGeneration(name());
    }

    /** Returns the offset at which a generation begins or continues, for all partitions that it reads. */
    Map<TopicPartition, Long> positions(int generation) {
        return offsets.positions(consumer.group(generation), consumer.channels());
    }

    /** Returns true if the generation began later than its channels; a partial generation never becomes live. */
    boolean isPartial(int generation) {
        var partial = false;
        for (var receipt : generationLog.receipts(name(), generation)) {
            partial = !receipt.action().equals("drop") && (partial || receipt.partial());
        }
        return partial;
    }

    /** Returns the receipt of a drop of the generation that was begun and has not ended. */
    Optional<ReplayReceipt> unfinishedDrop(int generation) {
        return generationLog.receipts(name(), generation).stream()
                .reduce((earlier, later) -> later)
                .filter(receipt -> receipt.action().equals("drop") && receipt.end() == null);
    }

    void print(String sentence, Object... parts) {
        out.printf(sentence + "%n", parts);
        out.flush();
    }

    @Override
    public void close() {
        port.close();
        topics.close();
        offsets.close();
    }
}

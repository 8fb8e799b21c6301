package millrace.generation;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import millrace.events.Channels;
import millrace.events.Generation;
import millrace.events.Generation.LiveGeneration;
import millrace.paas.PaasSettings;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads, and republishes, the latest record of a consumer on the channel {@code generations}. It is used by one thread.
 */
final class LiveGenerationRecord implements AutoCloseable {
    private static final Map<String, Object> SETTINGS = Map.of(
            "client.id",
            "generations",
            "enable.auto.commit",
            false,
            "auto.offset.reset",
            "earliest",
            "allow.auto.create.topics",
            false);

    private final String consumer;
    private final TopicPartition partition;
    private final KafkaConsumer<String, byte[]> channel;
    private final PaasSettings settings;
    private Optional<LiveGeneration> latest = Optional.empty();
    private long offset;
    private Instant writtenAt = Instant.EPOCH;

    LiveGenerationRecord(PaasSettings settings, String consumer) {
        this.settings = settings;
        this.consumer = consumer;
        this.partition = new TopicPartition(settings.prefix() + Channels.GENERATIONS.name(), 0);
        var client = new HashMap<String, Object>(settings.kafka());
        client.putAll(SETTINGS);
        this.channel = new KafkaConsumer<>(client, new StringDeserializer(), new ByteArrayDeserializer());
        channel.assign(List.of(partition));
    }

    /**
     * Reads the channel to its end.
     *
     * @return empty if there was never a switch
     * @throws RebuildException if the channel does not answer in time
     */
    Optional<LiveGeneration> current(Duration within) {
        try {
            var deadline = Instant.now().plus(within);
            var end = channel.endOffsets(List.of(partition), within).get(partition);
            while (channel.position(partition, within) < end) {
                if (Instant.now().isAfter(deadline)) {
                    throw new RebuildException(noAnswer(within));
                }
                poll(Duration.ofMillis(100));
            }
            return latest;
        } catch (KafkaException e) {
            throw new RebuildException(noAnswer(within) + " " + e.getMessage(), e);
        }
    }

    /**
     * Reads the channel to its end, and waits for the end of a cut-over that is under way. Its command renews the record;
     * if it does not for as long as its lease, this process ends the cut-over. The lease is measured by the clock of this
     * process alone.
     *
     * @param rebuild port of the consumer, by which an abandoned cut-over is ended
     * @throws RebuildException if the channel does not answer in time, or the cut-over does not end in time
     * @throws RebuildException if an abandoned cut-over cannot be ended
     */
    Optional<LiveGeneration> afterCutOver(
            Supplier<Rebuildable> rebuild, Duration answer, Duration lease, Duration cutOver) {
        current(answer);
        var end = Instant.now().plus(cutOver);
        var renewed = offset;
        var expiry = Instant.now().plus(lease);
        if (GenerationRole.isCutOverRunning(latest)) {
            System.err.printf(
                    "Waiting for the cut-over of %s to generation %d, at most %d s.%n",
                    consumer, latest.orElseThrow().successor(), cutOver.toSeconds());
        }
        while (GenerationRole.isCutOverRunning(latest)) {
            poll(Duration.ofMillis(200));
            if (offset != renewed) {
                renewed = offset;
                expiry = Instant.now().plus(lease);
            } else if (Instant.now().isAfter(expiry)) {
                endAbandoned(rebuild, answer);
                expiry = Instant.now().plus(lease);
            }
            if (GenerationRole.isCutOverRunning(latest) && Instant.now().isAfter(end)) {
                throw new RebuildException(
                        // fork: replay
                        "The cut-over of %1$s is not over after %2$d s: bin/replay switch %1$s goes on with it."
                                // fork: instead "The cut-over of %1$s is not over after %2$d s."
                                // fork: end
                                .formatted(consumer, cutOver.toSeconds()));
            }
        }
        return latest;
    }

    /**
     * Ends an abandoned cut-over: backward, so that the live generation goes on, or forward, if it had begun to fence that
     * one off. Several processes may do so at once. A command that is alive all the same finds this record before it
     * fences, and gives up.
     */
    private void endAbandoned(Supplier<Rebuildable> rebuild, Duration answer) {
        var before = offset;
        var abandoned = current(answer).orElseThrow();
        if (offset != before) {
            return;
        }
        int next = abandoned.live();
        var outcome = "It is taken back.";
        if (abandoned.fencing()) {
            next = abandoned.successor();
            try (var port = rebuild.get()) {
                outcome = port.fence(abandoned.live(), next);
            }
        }
        System.err.printf(
                "The cut-over of %s to generation %d was abandoned: live is %d. %s%n",
                consumer, abandoned.successor(), next, outcome);
        publish(new LiveGeneration(
                consumer,
                next,
                null,
                false,
                Instant.now(),
                "a process of " + consumer + " that waited",
                abandoned.receipt()));
        current(answer);
    }

    /** Polls once, at most that long, and returns the latest record. */
    Optional<LiveGeneration> poll(Duration atMost) {
        channel.poll(atMost).forEach(this::update);
        return latest;
    }

    /**
     * Publishes the latest record again if it is older than that: some platforms delete every record of a channel after
     * a time.
     */
    void republishIfOlder(Duration olderThan) {
        if (latest.isEmpty() || writtenAt.plus(olderThan).isAfter(Instant.now())) {
            return;
        }
        publish(latest.get());
    }

    private void publish(LiveGeneration record) {
        RecordPublisher.publish(
                settings.kafka(),
                Channels.GENERATIONS,
                List.of(new ProducerRecord<>(partition.topic(), consumer, record)));
    }

    @Override
    public void close() {
        channel.close();
    }

    private void update(ConsumerRecord<String, byte[]> record) {
        if (consumer.equals(record.key())
                && Generation.read(record.value()).orElse(null) instanceof LiveGeneration live) {
            latest = Optional.of(live);
            offset = record.offset();
            writtenAt = Instant.ofEpochMilli(record.timestamp());
        }
    }

    private String noAnswer(Duration within) {
        return "The channel %s does not say within %d s which generation of %s is live."
                .formatted(partition.topic(), within.toSeconds(), consumer);
    }
}

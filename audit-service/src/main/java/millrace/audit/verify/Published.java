package millrace.audit.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import millrace.audit.chain.Ed25519;
import millrace.audit.chain.Hashes;
import millrace.events.Channels;
import millrace.events.Checkpoint;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The checkpoints on {@code audit-checkpoints}: the part of the archive that is out of the database's reach. Only where
 * each is and its hash are held; what it says is read again where the database does not say the same.
 */
final class Published {
    private static final Duration POLL = Duration.ofMillis(500);

    private final Consumer<byte[], byte[]> consumer;
    private final Ed25519 key;
    private final Map<ChainName, NavigableMap<Long, List<Copy>>> copies = new HashMap<>();
    private boolean isComplete;

    Published(Consumer<byte[], byte[]> consumer, Ed25519 key) {
        this.consumer = consumer;
        this.key = key;
    }

    /**
     * A record on the channel.
     *
     * @param isGenuine whether it is signed, and says what its key says
     */
    record Copy(boolean isGenuine, byte[] hash, TopicPartition partition, long offset) {}

    /** Reads the channel to where it ends now. */
    void read(String topic, VerifyQuery question) {
        var partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        var ends = consumer.endOffsets(partitions);
        while (!isRead(ends) && !question.isOver()) {
            consumer.poll(POLL).forEach(this::add);
        }
        isComplete = isRead(ends);
    }

    /** Whether the channel was read to its end. */
    boolean isComplete() {
        return isComplete;
    }

    Set<ChainName> chains() {
        return copies.keySet();
    }

    /** The number of the last segment of a chain that anybody published; -1 where there is none. */
    long last(ChainName chain) {
        var segments = copies.get(chain);
        return segments == null ? -1 : segments.lastKey();
    }

    Optional<Copy> genuine(ChainName chain, long segment) {
        return copies(chain, segment).stream().filter(Copy::isGenuine).findFirst();
    }

    Optional<Copy> forged(ChainName chain, long segment) {
        return copies(chain, segment).stream().filter(copy -> !copy.isGenuine()).findFirst();
    }

    /**
     * What a copy says.
     *
     * @throws IllegalStateException where the brokers do not give it any more
     */
    byte[] bytes(Copy copy) {
        consumer.assign(List.of(copy.partition()));
        consumer.seek(copy.partition(), copy.offset());
        for (var attempt = 0; attempt < 20; attempt++) {
            for (var record : consumer.poll(POLL)) {
                if (record.offset() == copy.offset()) {
                    return record.value();
                }
            }
        }
        throw new IllegalStateException(
                "Kafka does not give the checkpoint at " + copy.partition() + " " + copy.offset());
    }

    private List<Copy> copies(ChainName chain, long segment) {
        return copies.getOrDefault(chain, new TreeMap<>()).getOrDefault(segment, List.of());
    }

    private boolean isRead(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        var name = new String(record.key(), UTF_8).split("/");
        if (record.value() != null && name.length == 4 && name[0].equals("" + Checkpoint.GENERATION)) {
            var copy = new Copy(
                    isGenuine(record, String.join("/", name)),
                    Hashes.sha256().digest(record.value()),
                    new TopicPartition(record.topic(), record.partition()),
                    record.offset());
            copies.computeIfAbsent(new ChainName(name[1], Integer.parseInt(name[2])), any -> new TreeMap<>())
                    .computeIfAbsent(Long.parseLong(name[3]), any -> new ArrayList<>())
                    .add(copy);
        }
    }

    private boolean isGenuine(ConsumerRecord<byte[], byte[]> record, String name) {
        var signature = record.headers().lastHeader(Checkpoint.SIGNATURE);
        if (signature == null || !key.verifies(record.value(), signature.value())) {
            return false;
        }
        return parse(record.value()).map(Published::name).map(name::equals).orElse(false);
    }

    static Optional<Checkpoint> parse(byte[] json) {
        try {
            return Optional.ofNullable(
                    Channels.AUDIT_CHECKPOINTS.value().deserializer().deserialize("", json));
        } catch (SerializationException notACheckpoint) {
            return Optional.empty();
        }
    }

    private static String name(Checkpoint checkpoint) {
        return Checkpoint.key(
                checkpoint.generation(), checkpoint.channel(), checkpoint.partition(), checkpoint.segment());
    }
}

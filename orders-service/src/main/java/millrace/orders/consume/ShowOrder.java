package millrace.orders.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import millrace.events.Channels;
import millrace.events.Json;
import millrace.orders.domain.Decision;
import millrace.orders.domain.Order;
import millrace.orders.domain.Transaction;
import millrace.orders.domain.Transaction.Identity;
import millrace.paas.ConfigVarsException;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * The history of an order: applies the transactions of one order from the channel, and prints the
 * order after each.
 */
public final class ShowOrder {
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(20);

    private final String id;
    private Order order;
    private final PrintStream out;
    private final Map<Identity, Set<String>> applied = new HashMap<>();
    private boolean seen;
    private boolean blocked;

    ShowOrder(String id, PrintStream out) {
        this.id = id;
        this.order = Order.unknown(id);
        this.out = out;
    }

    public static void main(String... arguments) {
        Logger.getLogger("").setLevel(Level.SEVERE);
        try {
            var settings = PaasSettings.from(System.getenv(), Set.of(Need.KAFKA));
            System.exit(new ShowOrder(arguments[0], System.out).show(settings) ? 0 : 1);
        } catch (ConfigVarsException | KafkaException e) {
            System.err.println("The channel cannot be read: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Reads the order's partition from its first available record. */
    boolean show(PaasSettings settings) {
        var client = new HashMap<String, Object>(settings.kafka());
        client.putAll(Map.of("enable.auto.commit", false, "isolation.level", "read_committed"));
        try (var consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var topic = settings.prefix() + Channels.TRANSACTIONS.name();
            var partitions = consumer.partitionsFor(topic, ANSWERS_WITHIN).size();
            var key = id.getBytes(UTF_8);
            var place = new TopicPartition(topic, Utils.toPositive(Utils.murmur2(key)) % partitions);
            consumer.assign(List.of(place));
            consumer.seekToBeginning(List.of(place));
            var end = consumer.endOffsets(List.of(place), ANSWERS_WITHIN).get(place);
            while (consumer.position(place, ANSWERS_WITHIN) < end) {
                for (var record : consumer.poll(Duration.ofMillis(500))) {
                    if (Arrays.equals(record.key(), key) && record.offset() < end) {
                        apply(record);
                    }
                }
            }
        }
        if (!seen) {
            out.printf("The channel transactions has nothing of order %s.%n", id);
        }
        return seen;
    }

    /**
     * Applies a record like the {@link TransactionProcessor}: a repeat counts once, and records after a dead letter are
     * parked.
     */
    void apply(ConsumerRecord<byte[], byte[]> record) {
        out.printf(
                "%s  partition %d, offset %d%n",
                Instant.ofEpochMilli(record.timestamp()), record.partition(), record.offset());
        seen = true;
        var inbound = InboundRecord.of(record);
        switch (inbound.decoded()) {
            case Decoded.Invalid invalid -> {
                blocked = true;
                out.println("  goes to the dead letters: " + invalid.reason());
            }
            case Decoded.Valid valid -> apply(inbound.transaction().orElseThrow());
        }
    }

    private void apply(Transaction transaction) {
        var event = transaction.event();
        var name = event.getClass().getSimpleName() + " " + event.eventId();
        var digests = applied.computeIfAbsent(transaction.identity(), identity -> new HashSet<>());
        if (blocked) {
            out.println("  " + name + " waits behind a dead letter");
        } else if (digests.contains(transaction.digest())) {
            out.println("  " + name + " has been applied before and counts once");
        } else {
            show(name, digests.isEmpty() ? order.decide(transaction) : order.refuseReusedId(transaction));
            digests.add(transaction.digest());
        }
    }

    private void show(String name, Decision decision) {
        order = decision.order();
        out.println("  " + name);
        out.println("  -> " + Json.text(decision.event()));
        order.state().ifPresent(state -> out.println("   = " + Json.text(state)));
    }
}

package millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import millrace.events.Channels;
import millrace.events.OrderState;
import millrace.events.TransactionEvent;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two processes of orders share the work while they are killed, suspended and lose their database: every order reaches
 * its expected state.
 */
@Tag("platform")
@Tag("long")
@Tag("turn-5")
class OrdersUnderFireTest {
    private static final Duration BACK_WITHIN = Duration.ofSeconds(180);

    private DataDirectory directory;
    private Platform platform;
    private OrdersDatabaseReader tables;
    private final List<ServiceInstance> instances = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        directory = DataDirectory.open(Files.createTempDirectory("fire"));
        platform = Platform.start(directory.folder("platform"));
        ServiceInstance.runToEnd(directory, platform, "release");
        tables = new OrdersDatabaseReader(platform.jdbcUrl());
        instances.add(new ServiceInstance(directory, platform, "orders", "orders-1"));
        instances.add(new ServiceInstance(directory, platform, "orders", "orders-2"));
    }

    @AfterEach
    void stop() {
        instances.forEach(ServiceInstance::close);
        platform.close();
        directory.close();
    }

    @Test
    @Tag("embedded")
    void kills_and_restarts_of_the_database_lose_and_double_nothing() throws Exception {
        var scenarios = new OrderScenarios(4_000, 42);
        var events = scenarios.interleavedEvents();
        int rounds = 6;
        for (int round = 0; round < rounds; round++) {
            var before = tables.history();
            send(events.subList(events.size() * round / rounds, events.size() * (round + 1) / rounds));
            awaitMoreHistory(before);
            if (round % 3 == 1) {
                restartDatabase();
            }
            var victim = instances.get(round % 2);
            victim.kill();
            victim.start();
        }

        assertOrders(scenarios, 4_000);
    }

    @Test
    void a_suspended_process_that_wakes_up_late_does_no_harm() throws Exception {
        var scenarios = new OrderScenarios(2_000, 7);
        var events = scenarios.interleavedEvents();
        send(events.subList(0, events.size() / 2));
        awaitMoreHistory(1_000);

        instances.getFirst().signal("STOP");
        try {
            send(events.subList(events.size() / 2, events.size()));
            awaitDone(2_000);
        } finally {
            instances.getFirst().signal("CONT");
        }

        assertOrders(scenarios, 2_000);
    }

    private void assertOrders(OrderScenarios scenarios, int orders) throws SQLException {
        awaitDone(orders);
        var table = tables.orders();
        assertThat(table.keySet()).isEqualTo(scenarios.expectedOrders().keySet());
        scenarios.expectedOrders().forEach((id, end) -> {
            assertThat(table.get(id))
                    .as(id)
                    .isEqualTo(new OrdersDatabaseReader.Row(end.version(), end.status(), end.refundedMinor()));
        });
        var history = tables.historyByOrder();
        assertThat(history.values())
                .allSatisfy(versions -> assertThat(versions.keySet()).containsExactly(1L, 2L, 3L, 4L, 5L));
        assertThat(onOrders()).isEqualTo(history);
        assertThat(lastOnOrderState()).isEqualTo(table);
    }

    /**
     * Events on {@code orders} by order and version. A record may occur twice, but the first occurrences of an order
     * are in the order of its versions.
     */
    private Map<String, Map<Long, String>> onOrders() {
        var byOrder = new HashMap<String, Map<Long, String>>();
        var seen = new HashSet<String>();
        for (var record : read(Channels.ORDERS.name())) {
            var event = Channels.ORDERS.value().deserializer().deserialize("orders", record.value());
            var versions = byOrder.computeIfAbsent(record.key(), id -> new TreeMap<>());
            if (seen.add(event.eventId())) {
                assertThat(event.version()).as("next of " + record.key()).isEqualTo(versions.size() + 1L);
                versions.put(event.version(), new String(record.value(), UTF_8));
            }
        }
        return byOrder;
    }

    /** Result of compaction: the last record of each order, of any version. */
    private Map<String, OrdersDatabaseReader.Row> lastOnOrderState() {
        var last = new LinkedHashMap<String, OrderState>();
        for (var record : read(Channels.ORDER_STATE.name())) {
            last.put(
                    record.key(),
                    Channels.ORDER_STATE.value().deserializer().deserialize("order-state", record.value()));
        }
        var rows = new HashMap<String, OrdersDatabaseReader.Row>();
        last.forEach((id, state) ->
                rows.put(id, new OrdersDatabaseReader.Row(state.version(), state.status(), state.refundedMinor())));
        return rows;
    }

    private void awaitDone(int orders) {
        await("all is applied and sent")
                .atMost(BACK_WITHIN)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    assertThat(tables.history()).as(this::output).isEqualTo((long) orders * OrderScenarios.EVENTS);
                    assertThat(tables.outbox()).isZero();
                });
    }

    private void awaitMoreHistory(long before) {
        await("work goes on")
                .atMost(BACK_WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(
                        () -> assertThat(tables.history()).as(this::output).isGreaterThan(before));
    }

    private String output() {
        return instances.stream().map(ServiceInstance::output).toList().toString();
    }

    private void restartDatabase() {
        var database = platform.embedded().servers().stream()
                .filter(server -> server.name().equals("database"))
                .findFirst()
                .orElseThrow();
        database.stop();
        database.start();
        await("the database is back").atMost(BACK_WITHIN).until(database::isReady);
    }

    private void send(List<TransactionEvent> events) throws Exception {
        var settings = new HashMap<>(platform.kafkaClient());
        settings.put("acks", "all");
        var channel = Channels.TRANSACTIONS;
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            var sent = new ArrayList<Future<?>>();
            for (var event : events) {
                var value = channel.value().serializer().serialize(channel.name(), event);
                sent.add(producer.send(new ProducerRecord<>(platform.topic(channel.name()), event.orderId(), value)));
            }
            for (var each : sent) {
                each.get();
            }
        }
    }

    private List<ConsumerRecord<String, byte[]>> read(String channel) {
        var records = new ArrayList<ConsumerRecord<String, byte[]>>();
        try (var consumer =
                new KafkaConsumer<>(platform.kafkaClient(), new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(platform.topic(channel)).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var expectedOrders = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < expectedOrders.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }
}

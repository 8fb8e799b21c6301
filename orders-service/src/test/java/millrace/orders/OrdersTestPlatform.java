package millrace.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.Charges;
import millrace.events.Json;
import millrace.events.OrderEvent;
import millrace.events.OrderLine;
import millrace.events.OrderState;
import millrace.events.TransactionEvent;
import millrace.local.Platform;
import millrace.orders.domain.Money;
import millrace.orders.domain.StatusText;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.postgresql.Driver;

/** The service's environment in tests: writes its channel, reads its channels, and reads and writes its tables. */
public final class OrdersTestPlatform implements AutoCloseable {
    private static final String CUT = """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE pid <> pg_backend_pid() AND usename = current_user""";

    private final Platform platform;
    private final KafkaProducer<byte[], byte[]> producer;

    public OrdersTestPlatform(Platform platform) {
        this.platform = platform;
        var settings = new HashMap<>(platform.kafkaClient());
        settings.put("acks", "all");
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    public Platform platform() {
        return platform;
    }

    /** Sends events in sequence, and returns when the broker has confirmed all. */
    public void send(List<? extends TransactionEvent> events) throws ExecutionException, InterruptedException {
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (var event : events) {
            sent.add(producer.send(record(event.orderId(), bytes(event))));
        }
        for (var each : sent) {
            each.get();
        }
    }

    public void send(TransactionEvent... events) throws ExecutionException, InterruptedException {
        send(List.of(events));
    }

    public RecordMetadata send(String key, byte[] value) throws ExecutionException, InterruptedException {
        return producer.send(record(key, value)).get();
    }

    public RecordMetadata send(byte[] key, byte[] value) throws ExecutionException, InterruptedException {
        return producer.send(new ProducerRecord<>(platform.topic("transactions"), key, value))
                .get();
    }

    /** Sends a record as a restore does: with its original position in a header. */
    public RecordMetadata send(String key, byte[] value, RecordMetadata place)
            throws ExecutionException, InterruptedException {
        return send(key, value, new TopicPartition("transactions", place.partition()), place.offset());
    }

    public RecordMetadata send(String key, byte[] value, TopicPartition partition, long offset)
            throws ExecutionException, InterruptedException {
        var record = record(key, value);
        var origin = "transactions/0/%d/%d".formatted(partition.partition(), offset);
        record.headers().add("replay-origin", origin.getBytes(UTF_8));
        return producer.send(record).get();
    }

    public static byte[] bytes(TransactionEvent event) {
        return Channels.TRANSACTIONS.value().serializer().serialize("transactions", event);
    }

    /** Reads all events of one order from {@code orders}. */
    public List<OrderEvent> events(String orderId) {
        return events().stream()
                .filter(event -> event.orderId().equals(orderId))
                .toList();
    }

    /** Reads all events from {@code orders}. */
    public List<OrderEvent> events() {
        return read(Channels.ORDERS).stream()
                .map(record -> value(Channels.ORDERS, record))
                .toList();
    }

    /** Reads {@code order-state} as a consumer that keeps the highest version of each key. */
    public Map<String, OrderState> states() {
        var states = new LinkedHashMap<String, OrderState>();
        read(Channels.ORDER_STATE).forEach(record -> {
            if (record.value() == null) {
                states.remove(new String(record.key(), UTF_8));
            } else {
                var state = value(Channels.ORDER_STATE, record);
                states.merge(state.orderId(), state, (one, other) -> one.version() > other.version() ? one : other);
            }
        });
        return states;
    }

    /** Reads all records that are on a channel at this moment. */
    public List<ConsumerRecord<byte[], byte[]>> read(Channel<?, ?> channel) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer =
                new KafkaConsumer<>(platform.kafkaClient(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(platform.topic(channel.name())).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    /** Reads the values of one key from a channel, in sequence. */
    public Stream<String> values(String channel, String key) {
        return read(new Channel<>(channel, null, null)).stream()
                .filter(record -> key.equals(new String(record.key(), UTF_8)))
                .map(record -> new String(record.value(), UTF_8));
    }

    /** Reads the table of orders; erased ones are left out. */
    public Map<String, OrderState> table() throws SQLException {
        var table = new HashMap<String, OrderState>();
        try (var connection = connect();
                var row = connection
                        .createStatement()
                        .executeQuery("SELECT * FROM orders.orders WHERE status <> 'erased'")) {
            while (row.next()) {
                table.put(row.getString("id"), state(row));
            }
        }
        return table;
    }

    /** Runs a query and returns its only number. */
    public long number(String sql) throws SQLException {
        try (var connection = connect();
                var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Runs a query and returns its only text. */
    public String text(String sql) throws SQLException {
        try (var connection = connect();
                var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    public void execute(String sql) throws SQLException {
        try (var connection = connect()) {
            connection.createStatement().execute(sql);
        }
    }

    /** Terminates all other connections to the database, even within transactions. */
    public void cutConnections() throws SQLException {
        execute(CUT);
    }

    /** Terminates all other connections, and refuses new ones until it is closed. */
    public AutoCloseable outOfConnections() throws SQLException {
        var last = connect();
        var database = "ALTER DATABASE " + last.getCatalog() + " CONNECTION LIMIT ";
        last.createStatement().execute(database + 0);
        last.createStatement().execute(CUT);
        return () -> {
            last.createStatement().execute(database + -1);
            last.close();
        };
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }

    private ProducerRecord<byte[], byte[]> record(String key, byte[] value) {
        return new ProducerRecord<>(platform.topic("transactions"), key == null ? null : key.getBytes(UTF_8), value);
    }

    private static <V> V value(Channel<String, V> channel, ConsumerRecord<byte[], byte[]> record) {
        return channel.value().deserializer().deserialize(channel.name(), record.value());
    }

    private Connection connect() throws SQLException {
        return new Driver().connect(platform.jdbcUrl(), new Properties());
    }

    private static OrderState state(ResultSet row) throws SQLException {
        var currency = row.getString("currency");
        var details = details(row);
        return new OrderState(
                row.getString("id"),
                row.getLong("state_version"),
                StatusText.read(row.getString("status")).orElseThrow(),
                row.getString("country"),
                currency,
                Money.minor(row.getBigDecimal("total"), currency),
                Money.minor(row.getBigDecimal("refunded"), currency),
                Objects.requireNonNullElse(details.lines(), List.of()),
                details.charges(),
                details.discrepancies(),
                Objects.requireNonNullElse(details.reasons(), List.of()),
                row.getTimestamp("placed_at").toInstant(),
                row.getTimestamp("changed_at").toInstant());
    }

    /** The column {@code details}, without the fields that are empty. */
    record Details(List<OrderLine> lines, Charges charges, List<String> discrepancies, List<String> reasons) {}

    private static Details details(ResultSet row) throws SQLException {
        try {
            return Json.MAPPER.readValue(row.getString("details"), Details.class);
        } catch (JsonProcessingException e) {
            throw new SQLException("The details of order " + row.getString("id") + " are unreadable.", e);
        }
    }
}

package millrace.template;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.Counted;
import millrace.events.Counted.Role;
import millrace.generation.PlatformDatabase;
import millrace.local.Platform;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The consumer on a real broker and a real database, and two generations of it. */
@QuarkusTest
@QuarkusTestResource(TemplatePlatformResource.class)
@Tag("platform")
class TemplateTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private final Platform platform = TemplatePlatformResource.platform;
    private final PaasSettings settings = PaasSettings.from(platform.configVars(), Set.of(Need.KAFKA, Need.DATABASE));
    private final PlatformDatabase database =
            new PlatformDatabase(settings.database().orElseThrow());
    private final TemplateRebuild rebuild = new TemplateRebuild(settings);

    @Inject
    TemplateConsumer consumer;

    @Test
    void each_record_of_the_channel_counts_once_in_the_state_and_on_the_ledger() {
        send("ann", "bob", "ann");

        await("its state").atMost(SOON).until(() -> records(1, "ann") == 2 && records(1, "bob") == 1);
        await("its totals").atMost(SOON).until(() -> counted(Role.READ, TemplateConsumer.READS) == 3);
    }

    @Test
    void a_record_that_is_delivered_again_changes_nothing() throws Exception {
        var poll = poll(11, 0, "cid", "dan");

        consumer.process(poll, TemplateTest::echo);
        consumer.process(poll, TemplateTest::echo);
        consumer.process(poll(11, 1, "dan", "eve"), TemplateTest::echo);

        assertThat(records(1, "cid")).isOne();
        assertThat(records(1, "dan")).isOne();
        assertThat(records(1, "eve")).isOne();
        assertThat(effects(11)).containsExactly("11-0", "11-1", "11-2");
        var channel = TemplatePlatformResource.WRITES;
        assertThat(counted(Role.WROTE, channel)).isEqualTo(3);
    }

    @Test
    void a_rebuilt_generation_is_compared_up_to_where_both_are_and_takes_over() throws Exception {
        TemplatePlatformResource.migrate(2);
        TemplatePlatformResource.migrate(3);
        apply(2, poll(0, 0, "a", "b", "a"), false);
        apply(3, poll(0, 0, "a", "b"), true);

        var behind = rebuild.compare(2, 3);
        rebuild.progress(2, 3);
        var published = pending(3);
        apply(3, poll(0, 2, "a", "c"), true);
        var equal = rebuild.compare(2, 3);
        var sentence = rebuild.fence(2, 3);

        assertThat(behind.isEqual()).isTrue();
        assertThat(behind.parts().getFirst().equal()).as("b").isOne();
        assertThat(published).as("effects that the live one has published").isZero();
        assertThat(equal.isEqual()).isTrue();
        assertThat(equal.parts().getFirst().equal()).as("a and b").isEqualTo(2);
        assertThat(equal.digest()).isEqualTo(equal.shadowDigest());
        assertThat(sentence).startsWith("1 effects are left");
        assertThat(rebuild.fenced(2, 3)).isTrue();
        assertThatThrownBy(() -> apply(2, poll(0, 3, "c"), false)).hasMessageContaining("has taken over");
        rebuild.create(2);
        assertThat(rebuild.fenced(2, 3)).isFalse();
    }

    @Test
    void a_generation_that_differs_is_not_equal() throws Exception {
        TemplatePlatformResource.migrate(4);
        TemplatePlatformResource.migrate(5);
        apply(4, poll(0, 0, "a", "b"), false);
        apply(5, poll(0, 0, "a", "a"), false);

        var comparison = rebuild.compare(4, 5);

        assertThat(comparison.isEqual()).isFalse();
        assertThat(comparison.differences())
                .extracting(difference -> difference.key() + " " + difference.live() + " " + difference.shadow())
                .containsExactly("0/a 1 2", "0/b 1 null");
        assertThat(comparison.digest()).isNotEqualTo(comparison.shadowDigest());
    }

    private static void send(String... keys) {
        var platform = TemplatePlatformResource.platform;
        try (var producer = new KafkaProducer<>(
                new HashMap<>(platform.kafkaClient()), new ByteArraySerializer(), new ByteArraySerializer())) {
            var topic = platform.topic(TemplateConsumer.READS);
            for (var key : keys) {
                producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), "{}".getBytes(UTF_8)));
            }
        }
    }

    /** Records of a partition that the channel does not have, so that none is in the way of its records. */
    private static ConsumerRecords<byte[], byte[]> poll(int partition, long from, String... keys) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        for (var key : keys) {
            var offset = from + records.size();
            records.add(new ConsumerRecord<>(
                    "any",
                    partition,
                    offset,
                    Instant.now().toEpochMilli(),
                    TimestampType.CREATE_TIME,
                    0,
                    0,
                    key.getBytes(UTF_8),
                    "{}".getBytes(UTF_8),
                    new RecordHeaders(),
                    Optional.empty()));
        }
        return new ConsumerRecords<>(Map.of(new TopicPartition("any", partition), records), Map.of());
    }

    private static void apply(int generation, ConsumerRecords<byte[], byte[]> poll, boolean echoes)
            throws SQLException {
        var url = TemplatePlatformResource.platform.jdbcUrl();
        var schema = "&currentSchema=" + TemplateRebuild.schema(generation);
        try (var connection = DriverManager.getConnection(url + schema)) {
            connection.setAutoCommit(false);
            new TemplateState(connection).apply(poll, rule(echoes));
            connection.commit();
        }
    }

    private static TemplateState.Rule rule(boolean echoes) {
        return echoes ? TemplateTest::echo : record -> Optional.empty();
    }

    private static Optional<TemplateState.Effect> echo(ConsumerRecord<byte[], byte[]> record) {
        var effect = new TemplateState.Effect(record.key(), "echo", record.value());
        return Optional.of(effect);
    }

    private long records(int generation, String key) {
        var schema = TemplateRebuild.schema(generation);
        return database.queryLong("SELECT records FROM %s.key_counts WHERE key = '%s'".formatted(schema, key));
    }

    private long pending(int generation) {
        var schema = TemplateRebuild.schema(generation);
        return database.queryLong("SELECT count(*) FROM %s.pending_effects".formatted(schema));
    }

    /** Ids of the effects of a partition. */
    private static List<String> effects(int partition) {
        return read(TemplatePlatformResource.WRITES)
                .map(record -> CloudEvents.text(record.headers(), CloudEvents.ID))
                .filter(id -> id.startsWith(partition + "-"))
                .distinct()
                .sorted()
                .toList();
    }

    /** Number of records of a channel by the last total of each key on the ledger. */
    private static long counted(Role role, String channel) {
        var totals = new HashMap<String, Counted>();
        var ledger = Channels.LEDGER;
        read(ledger.name())
                .map(record -> ledger.value().deserializer().deserialize(ledger.name(), record.value()))
                .forEach(counted -> totals.put(counted.key(), counted));
        return totals.values().stream()
                .filter(counted -> counted.by().equals(TemplateRebuild.PROCESS))
                .filter(counted -> counted.role() == role && channel.equals(counted.channel()))
                .filter(counted -> counted.partition() < 11 || role == Role.WROTE)
                .flatMap(counted -> counted.counts().values().stream())
                .mapToLong(number -> number)
                .sum();
    }

    private static Stream<ConsumerRecord<byte[], byte[]>> read(String channel) {
        var platform = TemplatePlatformResource.platform;
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var reader =
                new KafkaConsumer<>(platform.kafkaClient(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = reader.partitionsFor(platform.topic(channel)).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            var ends = reader.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> reader.position(partition) < ends.get(partition))) {
                reader.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records.stream();
    }
}

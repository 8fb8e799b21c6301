package millrace.analytics;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.local.Platform;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.rocksdb.RocksDB;

/** Runs a job on a real broker with its own topics, and writes to them. */
final class KafkaStreamsHarness implements AutoCloseable {
    /** Time at which the edge accepted all events: long ago, so every window is over as soon as the source is idle. */
    private static final Instant ACCEPTED = Instant.parse("2026-01-01T00:00:00Z");

    private static final Duration WITHIN = Duration.ofMinutes(3);
    /** Longer than the three seconds in which it is noticed that all is read, and that a source is idle. */
    private static final Duration IDLE_AFTER = Duration.ofSeconds(8);

    private final Platform platform;
    private final List<Channel<?, ?>> reads;
    private final Admin admin;
    private final String prefix;
    private final String group;
    private final InputEnds ends;
    private final KafkaStreams streams;

    /**
     * @param guarantee of Kafka Streams
     * @param reads channels that the job reads
     */
    KafkaStreamsHarness(
            Platform platform, String name, String guarantee, Function<Topics, Topology> job, Channel<?, ?>... reads)
            throws Exception {
        this.platform = platform;
        this.reads = List.of(reads);
        prefix = name + ".";
        admin = Admin.create(platform.kafkaClient());
        admin.createTopics(Catalogue.entries().stream()
                        .map(channel -> new NewTopic(prefix + channel.name(), channel.partitions(), (short) 1)
                                .configs(Map.of("retention.ms", "-1")))
                        .toList())
                .all()
                .get();
        RocksDB.loadLibrary(); // Quarkus loads it at startup.
        var settings = settings();
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
        group = settings.getProperty("application.id");
        var inputs = Stream.concat(
                        this.reads.stream().map(channel -> prefix + channel.name()),
                        Stream.of(group + AnalyticsTopology.ORDERS_OF_VISITORS))
                .toList();
        ends = new InputEnds(Admin.create(platform.kafkaClient()), group, inputs);
        streams = new KafkaStreams(job.apply(new Topics(prefix, 1, false, Map.of(), ends)), settings);
        streams.setUncaughtExceptionHandler(new StreamThreadFailurePolicy(Clock.systemUTC(), () -> {}));
        streams.start();
    }

    /** Returns the settings of {@code application.properties}. */
    private Properties settings() throws IOException {
        var shipped = KafkaStreamsHarness.class.getResource("/application.properties");
        var config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(shipped))
                .withDefaultValue("kafka.prefix", prefix)
                .withDefaultValue(
                        "ANALYTICS_STATE_DIR",
                        Files.createTempDirectory("state").toString())
                .build();
        var settings = new Properties();
        settings.put("application.id", config.getValue("quarkus.kafka-streams.application-id", String.class));
        for (var name : config.getPropertyNames()) {
            if (name.startsWith("kafka-streams.")) {
                settings.put(name.substring("kafka-streams.".length()), config.getValue(name, String.class));
            }
        }
        settings.putAll(platform.kafkaClient());
        return settings;
    }

    /** Writes events in order, each with its key. */
    <V> void write(Channel<String, V> channel, List<? extends V> events, Function<? super V, String> key) {
        try (var producer = new KafkaProducer<>(
                platform.kafkaClient(),
                channel.key().serializer(),
                channel.value().serializer())) {
            for (var event : events) {
                producer.send(new ProducerRecord<>(
                        prefix + channel.name(), null, ACCEPTED.toEpochMilli(), key.apply(event), event));
            }
        }
    }

    /** Waits until every record has been read and its results are committed. */
    void awaitProcessed() {
        await(prefix + " has read all")
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(unread())
                        .as("partitions with what is committed and written, of a job that is %s", streams.state())
                        .isEmpty());
    }

    /** Waits until no job writes anything any more, also after its sources became idle. */
    static void awaitIdle(KafkaStreamsHarness... jobs) {
        List.of(jobs).forEach(KafkaStreamsHarness::awaitProcessed);
        var known = new HashMap<String, Long>();
        await("no job writes any more")
                .atMost(WITHIN)
                .pollDelay(Duration.ZERO)
                .pollInterval(IDLE_AFTER)
                .until(() -> {
                    var before = Map.copyOf(known);
                    for (var job : jobs) {
                        known.putAll(job.ends());
                    }
                    return known.equals(before);
                });
    }

    private List<String> unread() throws ExecutionException, InterruptedException {
        var committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        var ends = ends();
        return reads.stream()
                .flatMap(this::partitions)
                .filter(partition -> offset(committed.get(partition)) != ends.get(partition.toString()))
                .map(partition ->
                        "%s: %s of %d".formatted(partition, committed.get(partition), ends.get(partition.toString())))
                .toList();
    }

    private static long offset(OffsetAndMetadata committed) {
        return committed == null ? 0 : committed.offset();
    }

    private Map<String, Long> ends() throws ExecutionException, InterruptedException {
        var all = Channels.ALL.stream()
                .flatMap(this::partitions)
                .collect(toMap(partition -> partition, partition -> OffsetSpec.latest()));
        var ends = new HashMap<String, Long>();
        admin.listOffsets(all).all().get().forEach((partition, end) -> ends.put(partition.toString(), end.offset()));
        return ends;
    }

    private Stream<TopicPartition> partitions(Channel<?, ?> channel) {
        var count = Catalogue.entry(channel.name()).partitions();
        return IntStream.range(0, count).mapToObj(number -> new TopicPartition(prefix + channel.name(), number));
    }

    <V> List<ConsumerRecord<String, V>> records(Channel<String, V> channel) {
        var properties = new HashMap<>(platform.kafkaClient());
        properties.put("isolation.level", "read_committed");
        var records = new ArrayList<ConsumerRecord<String, V>>();
        try (var consumer = new KafkaConsumer<>(
                properties, channel.key().deserializer(), channel.value().deserializer())) {
            var partitions = partitions(channel).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            await("end of " + channel.name())
                    .atMost(WITHIN)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                        return partitions.stream()
                                .allMatch(partition -> consumer.position(partition) >= ends.get(partition));
                    });
        }
        return records;
    }

    /** Returns the last value of each key; a tombstone removes it. */
    <V> Map<String, V> lastValues(Channel<String, V> channel) {
        var values = new LinkedHashMap<String, V>();
        for (var record : records(channel)) {
            if (record.value() == null) {
                values.remove(record.key());
            } else {
                values.put(record.key(), record.value());
            }
        }
        return values;
    }

    @Override
    public void close() {
        streams.close(WITHIN);
        ends.close();
        admin.close();
    }
}

package millrace.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import millrace.events.Catalogue;
import millrace.events.Json;
import millrace.local.Platform;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads the channels like any other consumer: with the config vars of the platform and the rights of the application.
 */
final class ChannelProbe {
    private static final Duration QUIET_WITHIN = Duration.ofSeconds(240);
    private final PaasSettings settings;
    private final Map<String, List<String>> channelsByGroup;

    ChannelProbe(RunningSystem system) throws IOException {
        this(vars(system), RunningSystem.PROCFILE.consumers());
    }

    /** Observes the groups of all processes. */
    static ChannelProbe ofAll(Platform platform) {
        return new ChannelProbe(platform.configVars(), RunningSystem.PROCFILE.consumers());
    }

    /** @param process of the observed group */
    ChannelProbe(Platform platform, String process) {
        this(
                platform.configVars(),
                Map.of(process, RunningSystem.PROCFILE.consumers().get(process)));
    }

    private ChannelProbe(Map<String, String> vars, Map<String, List<String>> channelsByGroup) {
        settings = PaasSettings.from(vars, Set.of(Need.KAFKA, Need.DATABASE));
        this.channelsByGroup = channelsByGroup;
    }

    private static Map<String, String> vars(RunningSystem system) throws IOException {
        var text = Files.readString(system.directory.resolve("config-vars.json"));
        var vars = new HashMap<String, String>();
        Json.MAPPER
                .readTree(text)
                .properties()
                .forEach(var -> vars.put(var.getKey(), var.getValue().asText()));
        return vars;
    }

    /** Properties of a client of the cluster. */
    Map<String, Object> client() {
        return new HashMap<>(settings.kafka());
    }

    /** Name of a topic or group in the cluster. */
    String prefixed(String name) {
        return settings.prefix() + name;
    }

    /** Returns every record up to the present end of the channel, in the order of each partition. */
    List<ConsumerRecord<String, byte[]>> records(String channel) {
        var records = new ArrayList<ConsumerRecord<String, byte[]>>();
        var properties = new HashMap<String, Object>(settings.kafka());
        properties.put("isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(settings.prefix() + channel).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            await("end of " + channel)
                    .atMost(QUIET_WITHIN)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                        return partitions.stream()
                                .allMatch(partition -> consumer.position(partition) >= ends.get(partition));
                    });
        }
        return records;
    }

    /** Returns the last value of each key. */
    <V> Map<String, V> latestByKey(millrace.events.Channel<String, V> channel) {
        var values = new LinkedHashMap<String, V>();
        for (var record : records(channel.name())) {
            var value = channel.value().deserializer().deserialize(channel.name(), record.value());
            if (value == null) {
                values.remove(record.key());
            } else {
                values.put(record.key(), value);
            }
        }
        return values;
    }

    /**
     * Waits until every observed group has read what is on its channels now, and what orders writes about it. Live
     * traffic may go on.
     */
    void awaitConsumersCaughtUp() {
        try (var admin = Admin.create(new HashMap<>(settings.kafka()))) {
            awaitRead(admin);
            if (channelsByGroup.containsKey("orders")) {
                await("the outbox is empty")
                        .atMost(QUIET_WITHIN)
                        .pollInterval(Duration.ofMillis(50))
                        .until(this::outboxIsEmpty);
                awaitRead(admin);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The ends of the channels cannot be read", e);
        }
    }

    /** Waits until every observed group has committed the present ends of its channels. */
    private void awaitRead(Admin admin) throws InterruptedException, ExecutionException {
        for (var group : channelsByGroup.entrySet()) {
            var ends = ends(admin, group.getValue());
            await(group.getKey() + " has read its channels")
                    .atMost(QUIET_WITHIN)
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> hasRead(admin, group.getKey(), ends));
        }
    }

    private Map<TopicPartition, Long> ends(Admin admin, List<String> channels)
            throws InterruptedException, ExecutionException {
        var partitions = Catalogue.channels().stream()
                .filter(channel -> channels.contains(channel.name()))
                .flatMap(channel -> IntStream.range(0, channel.partitions())
                        .mapToObj(partition -> new TopicPartition(settings.prefix() + channel.name(), partition)))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        var ends = new HashMap<TopicPartition, Long>();
        admin.listOffsets(partitions).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    private boolean hasRead(Admin admin, String group, Map<TopicPartition, Long> ends)
            throws InterruptedException, ExecutionException {
        var committed = admin.listConsumerGroupOffsets(settings.prefix() + group)
                .partitionsToOffsetAndMetadata()
                .get();
        return ends.entrySet().stream().allMatch(end -> {
            var at = committed.get(end.getKey());
            return end.getValue() <= (at == null ? 0 : at.offset());
        });
    }

    /** Looks at the outbox of every generation. */
    private boolean outboxIsEmpty() throws SQLException {
        var database = settings.database().orElseThrow();
        try (var connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                var statement = connection.createStatement()) {
            var tables = new ArrayList<String>();
            try (var found = statement.executeQuery("SELECT quote_ident(schemaname) FROM pg_tables"
                    + " WHERE tablename = 'outbox' AND schemaname LIKE 'orders%'")) {
                while (found.next()) {
                    tables.add(found.getString(1));
                }
            }
            for (var schema : tables) {
                try (var message = statement.executeQuery("SELECT 1 FROM " + schema + ".outbox LIMIT 1")) {
                    if (message.next()) {
                        return false;
                    }
                }
            }
            return true;
        }
    }

    /** Committed offsets of the observed groups on the channel, by partition. */
    Map<Integer, Long> committedOffsets(millrace.events.Channel<?, ?> channel)
            throws InterruptedException, ExecutionException {
        try (var admin = Admin.create(new HashMap<>(settings.kafka()))) {
            var done = new HashMap<Integer, Long>();
            for (var group : channelsByGroup.keySet()) {
                admin.listConsumerGroupOffsets(settings.prefix() + group)
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .forEach((partition, at) -> {
                            if (partition.topic().equals(settings.prefix() + channel.name())) {
                                done.put(partition.partition(), at.offset());
                            }
                        });
            }
            return done;
        }
    }
}

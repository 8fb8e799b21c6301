package millrace.replay;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import millrace.events.GenerationNames;
import millrace.generation.GenerationComparison;
import millrace.generation.GenerationComparison.Subtotal;
import millrace.generation.GenerationMembership;
import millrace.generation.GenerationResources;
import millrace.generation.PlatformDatabase;
import millrace.generation.RebuildProtocol;
import millrace.generation.Rebuildable;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A consumer that no other module knows: it keeps the keys of the channel {@code transactions}, and can be rebuilt. */
final class ExampleConsumer implements Rebuildable {
    private static final String NAME = "example";
    private static final String CHANNEL = "transactions";

    /** Environment variable of a test: the lease that a process of this consumer gives a cut-over. */
    static final String LEASE = "EXAMPLE_LEASE";

    private final PaasSettings settings;
    private final PlatformDatabase database;

    ExampleConsumer(PaasSettings settings) {
        this.settings = settings;
        this.database = new PlatformDatabase(settings.database().orElseThrow());
    }

    public static void main(String... arguments) {
        if (RebuildProtocol.isRequested(arguments)) {
            RebuildProtocol.serve(ExampleConsumer::ofEnvironment);
            return;
        }
        var lease = Duration.parse(System.getenv().getOrDefault(LEASE, GenerationMembership.LEASE.toString()));
        GenerationMembership.enter(NAME, ExampleConsumer::ofEnvironment, lease, () -> System.exit(0));
        ofEnvironment().consume(Integer.getInteger("millrace.generation"));
    }

    private static ExampleConsumer ofEnvironment() {
        return new ExampleConsumer(PaasSettings.from(System.getenv(), Set.of(Need.KAFKA, Need.DATABASE)));
    }

    private void consume(int generation) {
        var resources = resources(generation, 0, Map.of());
        var client = new HashMap<String, Object>(settings.kafka());
        client.putAll(Map.of("group.id", settings.prefix() + resources.group(), "auto.offset.reset", "earliest"));
        client.putAll(Map.of("enable.auto.commit", false, "session.timeout.ms", 6_000));
        var insert = "INSERT INTO %s.records VALUES (?, ?, ?) ON CONFLICT DO NOTHING".formatted(resources.schema());
        try (var consumer = new KafkaConsumer<>(client, new StringDeserializer(), new ByteArrayDeserializer())) {
            leaveGroupAtExit(consumer);
            consumer.subscribe(List.of(settings.prefix() + CHANNEL));
            while (true) {
                var records = consumer.poll(Duration.ofMillis(200));
                database.transaction(connection -> {
                    try (var statement = connection.prepareStatement(insert)) {
                        for (var record : records) {
                            statement.setInt(1, record.partition());
                            statement.setLong(2, record.offset());
                            statement.setString(3, record.key());
                            statement.executeUpdate();
                        }
                    }
                    return null;
                });
                consumer.commitSync();
            }
        } catch (WakeupException e) {
            System.err.println("The process ends, and has left its group.");
        }
    }

    /** A group waits for a member that has ended without leaving it. */
    private static void leaveGroupAtExit(KafkaConsumer<?, ?> consumer) {
        var thread = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            consumer.wakeup();
            try {
                thread.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    @Override
    public GenerationResources resources(int generation, int rate, Map<String, String> inputs) {
        var names = new GenerationNames(generation);
        return new GenerationResources(
                NAME + names.suffix(), List.of(CHANNEL), NAME + names.schemaSuffix(), null, Map.of(), 0);
    }

    @Override
    public void create(int generation) {
        database.run("DROP TABLE IF EXISTS %s.fenced".formatted(schema(generation)));
    }

    @Override
    public GenerationComparison compare(int live, int shadow) {
        return database.transaction(connection -> {
            try (var query = connection.prepareStatement("""
                            SELECT count(*) FILTER (WHERE live.key IS NOT DISTINCT FROM shadow.key),
                                   count(*) FILTER (WHERE live.key IS DISTINCT FROM shadow.key)
                            FROM %s.records AS live FULL JOIN %s.records AS shadow USING (partition, "offset")""".formatted(schema(live), schema(shadow)));
                    var row = query.executeQuery()) {
                row.next();
                return new GenerationComparison(
                        List.of(new Subtotal("records", row.getLong(1), 0, row.getLong(2))),
                        row.getLong(2) == 0
                                ? List.of()
                                : List.of(new GenerationComparison.Difference("records", "some", null, null)),
                        "d1",
                        "d1");
            }
        });
    }

    @Override
    public boolean fenced(int old, int successor) {
        return database.transaction(connection -> isFenced(connection, old));
    }

    @Override
    public String fence(int old, int successor) {
        database.run("CREATE TABLE IF NOT EXISTS %s.fenced ()".formatted(schema(old)));
        return "Fenced.";
    }

    private static boolean isFenced(Connection connection, int old) throws SQLException {
        var there = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('%s.fenced')".formatted(schema(old));
        return PlatformDatabase.queryLong(connection, there) > 0;
    }

    private static String schema(int generation) {
        return NAME + new GenerationNames(generation).schemaSuffix();
    }
}

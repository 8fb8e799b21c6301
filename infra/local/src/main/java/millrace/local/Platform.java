package millrace.local;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.Uuid;

/**
 * What the PaaS provides, on one machine: a Kafka cluster and a PostgreSQL, each as own processes on loopback, with the
 * channels of the catalogue. What the application sees of it are config vars, and they are the same as there.
 */
public final class Platform implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int ASK_FOR_MS = 2000;

    private final Home home;
    private final String prefix;
    private final Certificates certificates;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Broker> brokers;
    private final Database database;

    private Platform(Home home, Database database, int count) {
        this.home = home;
        this.database = database;
        this.prefix = home.remember("prefix", () -> "millrace-" + new SecureRandom().nextInt(10_000, 100_000) + ".");
        this.certificates = Certificates.of(home);
        var cluster = home.remember("cluster", () -> Uuid.randomUuid().toString());
        var controllers = new ArrayList<Integer>();
        for (var id = 1; id <= count; id++) {
            ports.add(home.port("kafka-" + id + ".port"));
            controllers.add(home.port("kafka-" + id + ".controller.port"));
        }
        this.brokers = IntStream.rangeClosed(1, count)
                .mapToObj(id -> new BrokerSettings(id, cluster, ports, controllers, certificates))
                .map(settings -> new Broker(home, settings))
                .toList();
    }

    /** Starts it in a folder, for one process that ends it; what a killed one left behind there is ended first. */
    public static Platform start(Path folder) {
        var home = Home.open(folder);
        try {
            home.endOrphans();
            var platform = start(home, 1);
            Runtime.getRuntime().addShutdownHook(new Thread(platform::stop, "platform-stop"));
            return platform;
        } catch (RuntimeException e) {
            home.close();
            throw e;
        }
    }

    /**
     * Starts it in a home that the caller holds, for a caller that ends it whatever happens.
     *
     * @param brokers how many; a topic has at most as many replicas
     */
    public static Platform start(Home home, int brokers) {
        var database = new Database(home);
        var databaseStarts = CompletableFuture.runAsync(database::start);
        var platform = new Platform(home, database, brokers);
        try {
            platform.startBrokers();
            databaseStarts.join();
            return platform;
        } catch (RuntimeException e) {
            databaseStarts.exceptionally(failed -> null).join();
            platform.stop();
            throw e instanceof CompletionException && e.getCause() instanceof CannotStart cause ? cause : e;
        }
    }

    /** What the application is given: all but what differs between its processes. */
    public Map<String, String> configVars() {
        var vars = new LinkedHashMap<String, String>();
        vars.put("KAFKA_URL", addresses().map("kafka+ssl://"::concat).collect(joining(",")));
        vars.put("KAFKA_PREFIX", prefix);
        vars.put("KAFKA_TRUSTED_CERT", certificates.authority());
        vars.put("KAFKA_CLIENT_CERT", certificates.app().certificate());
        vars.put("KAFKA_CLIENT_CERT_KEY", certificates.app().key());
        vars.put("DATABASE_URL", database.url());
        return vars;
    }

    /** Properties of a client with every right; serializers are the caller's. */
    public Map<String, Object> kafkaClient() {
        return Map.of(
                "bootstrap.servers",
                addresses().collect(joining(",")),
                "security.protocol",
                "SSL",
                "ssl.endpoint.identification.algorithm",
                "",
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.certificates",
                certificates.authority(),
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.certificate.chain",
                certificates.admin().certificate(),
                "ssl.keystore.key",
                certificates.admin().key());
    }

    /** The channel's name on the broker. */
    public String topic(String channel) {
        return prefix + channel;
    }

    /** The application's database, with its user and password. */
    public String jdbcUrl() {
        return database.jdbcUrl();
    }

    /** What it consists of, in the order in which it is to be stopped. */
    public List<Server> servers() {
        return Stream.concat(brokers.stream(), Stream.of(database)).toList();
    }

    /** Stops everything and gives the folder back; the data stays. */
    @Override
    public void close() {
        stop();
        home.close();
    }

    private void startBrokers() {
        brokers.forEach(Broker::start);
        try (var admin = Admin.create(impatient(kafkaClient()))) {
            awaitBrokers(admin);
            new Topics(admin, prefix, brokers.size()).provide(Catalogue.entries());
        }
    }

    private void awaitBrokers(Admin admin) {
        var end = Instant.now().plus(READY_WITHIN);
        while (brokersReady(admin) < brokers.size()) {
            for (var broker : brokers) {
                if (broker.process().endsWithin(PAUSE)) {
                    throw failure(broker, "ended");
                }
            }
            if (Instant.now().isAfter(end)) {
                throw failure(brokers.getFirst(), "is not ready after " + READY_WITHIN.toSeconds() + " s");
            }
        }
    }

    private static CannotStart failure(Broker broker, String how) {
        return new CannotStart("The broker " + broker.name() + " " + how + ":\n"
                + broker.process().log().lastLines(20));
    }

    private static int brokersReady(Admin admin) {
        try {
            var options = new DescribeClusterOptions().timeoutMs(ASK_FOR_MS);
            return admin.describeCluster(options).nodes().get().size();
        } catch (ExecutionException e) {
            return 0; // Not yet: why is in the broker's log, and the caller gives up in the end.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStart("The start was interrupted.", e);
        }
    }

    /** Asks a broker that is starting again at once and not after a second. */
    private static Map<String, Object> impatient(Map<String, Object> client) {
        var impatient = new HashMap<>(client);
        impatient.put("reconnect.backoff.max.ms", 50);
        return impatient;
    }

    private Stream<String> addresses() {
        return ports.stream().map(port -> BrokerSettings.HOST + ":" + port);
    }

    private synchronized void stop() {
        Server.stop(brokers);
        database.stop();
    }
}

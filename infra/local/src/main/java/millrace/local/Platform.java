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

    private final Home home;
    private final String prefix;
    private final Certificates certificates;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Broker> brokers = new ArrayList<>();
    private CompletableFuture<Database> database;

    private Platform(Home home) {
        this.home = home;
        this.prefix = home.remember("prefix", () -> "millrace-" + (10_000 + new SecureRandom().nextInt(90_000)) + ".");
        this.certificates = Certificates.of(home);
    }

    /** Starts it in a folder, for one process that ends it; what a killed one left behind there is ended first. */
    public static Platform start(Path home) {
        var folder = Home.open(home);
        try {
            var platform = start(folder, 1);
            Runtime.getRuntime().addShutdownHook(new Thread(platform::stop, "platform-stop"));
            return platform;
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /**
     * Starts it in a home that the caller holds, for a caller that ends it whatever happens.
     *
     * @param brokers how many; a topic has at most as many replicas
     */
    public static Platform start(Home home, int brokers) {
        new Orphans(home).end();
        var platform = new Platform(home);
        try {
            platform.run(brokers);
            return platform;
        } catch (RuntimeException e) {
            platform.stop();
            throw e;
        }
    }

    /** What the application is given: all but what differs between its processes. */
    public Map<String, String> configVars() {
        var vars = new LinkedHashMap<String, String>();
        vars.put("KAFKA_URL", addresses().stream().map("kafka+ssl://"::concat).collect(joining(",")));
        vars.put("KAFKA_PREFIX", prefix);
        vars.put("KAFKA_TRUSTED_CERT", certificates.authority());
        vars.put("KAFKA_CLIENT_CERT", certificates.app().certificate());
        vars.put("KAFKA_CLIENT_CERT_KEY", certificates.app().key());
        vars.put("DATABASE_URL", database.join().url());
        return vars;
    }

    /** Properties of a client with every right; serializers are the caller's. */
    public Map<String, Object> kafkaClient() {
        return Map.of(
                "bootstrap.servers",
                String.join(",", addresses()),
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
        return database.join().jdbcUrl();
    }

    /** Its processes that run, brokers first. */
    public List<Child> processes() {
        var processes = new ArrayList<>(brokers.stream().map(Broker::process).toList());
        processes.add(database.join().process());
        return processes;
    }

    /** Stops everything and gives the folder back; the data stays. */
    @Override
    public void close() {
        stop();
        home.close();
    }

    private void run(int count) {
        database = CompletableFuture.supplyAsync(() -> Database.start(home));
        var cluster = home.remember("cluster", () -> Uuid.randomUuid().toString());
        var controllers = new ArrayList<Integer>();
        for (var id = 1; id <= count; id++) {
            ports.add(home.port("kafka-" + id + ".port"));
            controllers.add(home.port("kafka-" + id + ".controller.port"));
        }
        IntStream.rangeClosed(1, count)
                .mapToObj(id -> new BrokerSettings(id, cluster, ports, controllers, certificates))
                .forEach(settings -> brokers.add(Broker.start(home, settings)));
        try (var admin = Admin.create(impatient(kafkaClient()))) {
            awaitBrokers(admin);
            new Topics(admin, prefix, count).provide(Catalogue.entries());
            database.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof CannotStart sentence ? sentence : e;
        }
    }

    private void awaitBrokers(Admin admin) {
        var end = Instant.now().plus(READY_WITHIN);
        while (brokersReady(admin) < brokers.size()) {
            var dead = brokers.stream().map(Broker::process).filter(process -> !process.isAlive());
            dead.findFirst().ifPresent(process -> {
                throw new CannotStart("The broker " + process.name() + " ended:\n" + process.lastLines(20));
            });
            if (Instant.now().isAfter(end)) {
                throw new CannotStart("The broker is not ready after " + READY_WITHIN.toSeconds() + " s:\n"
                        + brokers.getFirst().process().lastLines(20));
            }
        }
    }

    private static int brokersReady(Admin admin) {
        try {
            return admin.describeCluster(new DescribeClusterOptions().timeoutMs(2000))
                    .nodes()
                    .get()
                    .size();
        } catch (ExecutionException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStart("The start was interrupted.", e);
        }
    }

    private static Map<String, Object> impatient(Map<String, Object> client) {
        var impatient = new HashMap<>(client);
        impatient.put("reconnect.backoff.max.ms", 50);
        return impatient;
    }

    private List<String> addresses() {
        return ports.stream().map(port -> BrokerSettings.HOST + ":" + port).toList();
    }

    private synchronized void stop() {
        brokers.forEach(Broker::stop);
        brokers.clear();
        if (database != null) {
            database.exceptionally(failed -> null)
                    .thenAccept(started -> {
                        if (started != null) {
                            started.stop();
                        }
                    })
                    .join();
            database = null;
        }
    }
}

package millrace.local;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/**
 * What the PaaS provides, on one machine: a Kafka cluster and a PostgreSQL, each as own processes on loopback, with the
 * channels of the catalogue. What the application sees of it are config vars, and they are the same as there.
 */
public final class Platform implements AutoCloseable {
    private final DataDirectory home;
    private final LocalDatabase database;
    private final String prefix;
    private final Certificates certificates;
    private final KafkaCluster cluster;
    private boolean stopped;

    private Platform(DataDirectory home, LocalDatabase database, int brokers, Workload workload) {
        this.home = home;
        this.database = database;
        this.prefix = home.remember("prefix", () -> "millrace-" + new SecureRandom().nextInt(10_000, 100_000) + ".");
        this.certificates = Certificates.of(home);
        this.cluster = new KafkaCluster(home, certificates, brokers, workload);
    }

    /** Starts it in a folder, for one process that ends it; what a killed one left behind there is ended first. */
    public static Platform start(Path folder) {
        var home = DataDirectory.open(folder);
        try {
            home.endOrphans();
            var platform = start(home, 1);
            platform.stopAtExit();
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
    public static Platform start(DataDirectory home, int brokers) {
        return start(home, brokers, Workload.LIGHT);
    }

    /** The same for a broker that has more to do than usual. */
    public static Platform start(DataDirectory home, int brokers, Workload workload) {
        if (brokers == 1) {
            PreparedPlatform.fill(home);
        }
        return startAsItIs(home, brokers, workload);
    }

    static Platform startAsItIs(DataDirectory home, int brokers, Workload workload) {
        var database = new LocalDatabase(home);
        var databaseStarts = CompletableFuture.runAsync(database::start);
        var platform = new Platform(home, database, brokers, workload);
        try {
            platform.cluster.start(platform.prefix);
            databaseStarts.join();
            return platform;
        } catch (RuntimeException e) {
            databaseStarts.exceptionally(failed -> null).join();
            platform.stop();
            throw e instanceof CompletionException && e.getCause() instanceof StartException cause ? cause : e;
        }
    }

    /** What the application is given: all but what differs between its processes. */
    public Map<String, String> configVars() {
        var vars = new LinkedHashMap<String, String>();
        vars.put("KAFKA_URL", cluster.addresses().map("kafka+ssl://"::concat).collect(joining(",")));
        vars.put("KAFKA_PREFIX", prefix);
        vars.put("KAFKA_TRUSTED_CERT", certificates.authority());
        vars.put("KAFKA_CLIENT_CERT", certificates.app().certificate());
        vars.put("KAFKA_CLIENT_CERT_KEY", certificates.app().key());
        vars.put("DATABASE_URL", database.url());
        vars.put("AUDIT_MASTER_KEY", home.remember("audit.master-key", Secrets::masterKey));
        vars.put("AUDIT_DATABASE_URL", database.auditUrl());
        vars.put("AUDIT_SIGNING_KEY", home.remember("audit.signing-key", Secrets::signingKey));
        return vars;
    }

    /** Properties of a client with every right; serializers are the caller's. */
    public Map<String, Object> kafkaClient() {
        return cluster.adminClient();
    }

    /** The channel's name on the broker. */
    public String topic(String channel) {
        return prefix + channel;
    }

    /** The application's database, with its user and password. */
    public String jdbcUrl() {
        return database.jdbcUrl();
    }

    /** What it consists of, in the order in which it is stopped. */
    public List<ManagedServer> servers() {
        return Stream.concat(cluster.brokers().stream(), Stream.of(database)).toList();
    }

    /** Stops everything and gives the folder back; the data stays. */
    @Override
    public void close() {
        stop();
        home.close();
    }

    /** However this process ends, short of being killed. */
    void stopAtExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "platform-stop"));
    }

    private synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        ManagedServer.stop(cluster.brokers());
        database.stop();
    }
}

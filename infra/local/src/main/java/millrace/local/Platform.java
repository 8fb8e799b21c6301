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
 * The services of the PaaS on one machine: a Kafka cluster and a PostgreSQL server, each in processes of its own on
 * loopback, with the channels of the catalogue. The application sees them through the config vars of the PaaS.
 */
public final class Platform implements AutoCloseable {
    private final DataDirectory directory;
    private final LocalDatabase database;
    private final String prefix;
    private final Certificates certificates;
    private final KafkaCluster cluster;
    private boolean stopped;

    private Platform(DataDirectory directory, LocalDatabase database, int brokers, Workload workload) {
        this.directory = directory;
        this.database = database;
        this.prefix =
                directory.getOrCreate("prefix", () -> "millrace-" + new SecureRandom().nextInt(10_000, 100_000) + ".");
        this.certificates = Certificates.of(directory);
        this.cluster = new KafkaCluster(directory, certificates, brokers, workload);
    }

    /**
     * Starts a platform in a folder until the end of this process. Processes that a killed platform left behind there
     * are stopped first.
     */
    public static Platform start(Path folder) {
        var directory = DataDirectory.open(folder);
        try {
            directory.endOrphans();
            var platform = start(directory, 1);
            platform.stopAtExit();
            return platform;
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /**
     * Starts a platform in a data directory that the caller holds. The caller stops it.
     *
     * @param brokers number of brokers; a topic has at most as many replicas
     */
    public static Platform start(DataDirectory directory, int brokers) {
        return start(directory, brokers, Workload.LIGHT);
    }

    /**
     * Starts a platform in a data directory that the caller holds, with a broker for another workload than a light one.
     */
    public static Platform start(DataDirectory directory, int brokers, Workload workload) {
        if (brokers == 1) {
            PreparedPlatform.copyInto(directory);
        }
        return startAsItIs(directory, brokers, workload);
    }

    static Platform startAsItIs(DataDirectory directory, int brokers, Workload workload) {
        var database = new LocalDatabase(directory);
        var databaseStarts = CompletableFuture.runAsync(database::start);
        var platform = new Platform(directory, database, brokers, workload);
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

    /** Config vars of the application that all its processes share. */
    public Map<String, String> configVars() {
        var vars = new LinkedHashMap<String, String>();
        vars.put("KAFKA_URL", cluster.addresses().map("kafka+ssl://"::concat).collect(joining(",")));
        vars.put("KAFKA_PREFIX", prefix);
        vars.put("KAFKA_TRUSTED_CERT", certificates.authority());
        vars.put("KAFKA_CLIENT_CERT", certificates.app().certificate());
        vars.put("KAFKA_CLIENT_CERT_KEY", certificates.app().key());
        vars.put("DATABASE_URL", database.url());
        vars.put("AUDIT_MASTER_KEY", directory.getOrCreate("audit.master-key", Secrets::masterKey));
        vars.put("AUDIT_DATABASE_URL", database.auditUrl());
        vars.put("AUDIT_SIGNING_KEY", directory.getOrCreate("audit.signing-key", Secrets::signingKey));
        return vars;
    }

    /** Properties of a client with every right, without serializers. */
    public Map<String, Object> kafkaClient() {
        return cluster.adminClient();
    }

    /** Name of the channel's topic on the broker. */
    public String topic(String channel) {
        return prefix + channel;
    }

    /** JDBC URL of the application's database, with user and password. */
    public String jdbcUrl() {
        return database.jdbcUrl();
    }

    /** Servers of the platform, in the order in which they are stopped. */
    public List<ManagedServer> servers() {
        return Stream.concat(cluster.brokers().stream(), Stream.of(database)).toList();
    }

    /** Stops all servers and releases the data directory; the data stays. */
    @Override
    public void close() {
        stop();
        directory.close();
    }

    /** Stops the platform at the end of this process, except when the process is killed. */
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

package millrace.local;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import millrace.channels.Plan;

/**
 * The platform in processes of this machine, on loopback: a Kafka cluster and a PostgreSQL server, which can be stopped,
 * killed and started again one by one.
 */
public final class EmbeddedPlatform implements Platform {
    private final DataDirectory directory;
    private final LocalDatabase database;
    private final PlatformOptions options;
    private final Plan plan;
    private final String prefix;
    private volatile Certificates certificates;

    /** The certificates that the brokers take from their next start on. */
    private Certificates replacement;

    private final KafkaCluster cluster;
    private boolean stopped;

    private EmbeddedPlatform(DataDirectory directory, LocalDatabase database, PlatformOptions options) {
        this.directory = directory;
        this.database = database;
        this.options = options;
        this.plan = options.plan(directory);
        this.prefix = plan.isShared() ? directory.getOrCreate("prefix", EmbeddedPlatform::newPrefix) : "";
        this.certificates = Certificates.of(directory);
        this.replacement = certificates;
        this.cluster = new KafkaCluster(directory, certificates, plan, prefix, options);
    }

    /** Starts a platform with the default options in a folder until the end of this process. */
    public static EmbeddedPlatform start(Path folder) {
        return start(folder, new PlatformOptions());
    }

    /**
     * Starts a platform in a folder until the end of this process. Processes that a killed platform left behind there
     * are stopped first.
     */
    public static EmbeddedPlatform start(Path folder, PlatformOptions options) {
        var directory = DataDirectory.open(folder);
        try {
            directory.endOrphans();
            var platform = start(directory, options);
            platform.stopAtExit();
            return platform;
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /** Starts a platform of that many brokers in a data directory that the caller holds. The caller stops it. */
    public static EmbeddedPlatform start(DataDirectory directory, int brokers) {
        return start(directory, new PlatformOptions().brokers(brokers));
    }

    /**
     * Starts a platform in a data directory that the caller holds. The caller stops it.
     *
     * @throws StartException as {@link PlatformOptions#check} does
     */
    public static EmbeddedPlatform start(DataDirectory directory, PlatformOptions options) {
        if (options.haveDefaultCluster()) {
            PreparedPlatform.copyInto(directory);
        }
        return startAsItIs(directory, options);
    }

    static EmbeddedPlatform startAsItIs(DataDirectory directory, PlatformOptions options) {
        options.check(directory);
        var database = new LocalDatabase(directory);
        var databaseStarts = CompletableFuture.runAsync(database::start);
        try {
            var platform = new EmbeddedPlatform(directory, database, options);
            platform.startCluster(databaseStarts);
            return platform;
        } catch (RuntimeException e) {
            databaseStarts.exceptionally(failed -> null).join();
            database.stop();
            throw e instanceof CompletionException && e.getCause() instanceof StartException cause ? cause : e;
        }
    }

    private void startCluster(CompletableFuture<Void> databaseStarts) {
        try {
            cluster.start();
            databaseStarts.join();
        } catch (RuntimeException e) {
            ManagedServer.stop(cluster.brokers());
            throw e;
        }
    }

    /** Config vars of the application: the launcher gives each process those of its line in {@code Procfile.vars}. */
    @Override
    public Map<String, String> configVars() {
        var vars = new LinkedHashMap<String, String>();
        vars.put("KAFKA_URL", cluster.addresses().map("kafka+ssl://"::concat).collect(joining(",")));
        if (!prefix.isEmpty()) {
            vars.put("KAFKA_PREFIX", prefix);
        }
        vars.put("KAFKA_TRUSTED_CERT", certificates.trusted(options.hasTwoAuthorities()));
        vars.put("KAFKA_CLIENT_CERT", certificates.app().certificate());
        vars.put("KAFKA_CLIENT_CERT_KEY", certificates.app().key());
        // fork: analytics
        vars.put("ANALYTICS_GUARANTEE", options.guarantee());
        // fork: end
        vars.putAll(database.vars());
        // fork: audit
        vars.put("AUDIT_MASTER_KEY", directory.getOrCreate("audit.master-key", Secrets::masterKey));
        vars.put("AUDIT_SIGNING_KEY", directory.getOrCreate("audit.signing-key", Secrets::signingKey));
        // fork: end
        return vars;
    }

    /**
     * Gives each service, and a program of the user, a Kafka identity of its own.
     *
     * @return config vars of these identities, which the launcher prefers to the shared one: {@code
     *     ORDERS_KAFKA_CLIENT_CERT} and so on
     */
    public Map<String, String> ownIdentities() {
        cluster.grantOwnIdentities();
        var vars = new LinkedHashMap<String, String>();
        certificates.own().forEach((process, identity) -> {
            var name = process.toUpperCase(Locale.ROOT).replace('-', '_') + "_KAFKA_CLIENT_CERT";
            vars.put(name, identity.certificate());
            vars.put(name + "_KEY", identity.key());
        });
        return vars;
    }

    @Override
    public Map<String, Object> kafkaClient() {
        return cluster.adminClient();
    }

    public Plan plan() {
        return plan;
    }

    /** Version of the brokers: {@code "4.2.1"}. */
    public String kafkaVersion() {
        return options.kafka(directory).number();
    }

    @Override
    public String topic(String channel) {
        return prefix + channel;
    }

    @Override
    public String jdbcUrl() {
        return database.jdbcUrl();
    }

    /**
     * Kills a broker at random; who supervises {@link #servers()} starts it again.
     *
     * @param withDisk whether its disk is lost, too: its replicas are copied from the other brokers
     * @return the broker
     * @throws StartException if that would lose records for good, or stop a cluster that has a broker down
     */
    public ManagedServer failBroker(boolean withDisk) {
        var brokers = cluster.brokers();
        if (withDisk && brokers.size() < 3) {
            throw new StartException(
                    "The records of a broker without its disk are on no other one here: start bin/up with"
                            + " --brokers 3.");
        }
        var down = brokers.stream().filter(broker -> !broker.isReady()).findFirst();
        if (down.isPresent()) {
            throw new StartException(down.get().name() + " is not up, and no second broker may fail: wait for it.");
        }
        var broker = brokers.get(new SecureRandom().nextInt(brokers.size()));
        broker.fail(withDisk);
        return broker;
    }

    /**
     * Replaces all certificates in the data directory. The brokers take them, and still the former ones, from their next
     * start on. Clients keep the former ones until {@link #useNewCertificates}: a broker that has not started again does
     * not know the new ones.
     */
    public synchronized void replaceCertificates() {
        replacement = replacement.replace(directory);
        cluster.trust(replacement);
    }

    /**
     * Has clients use the new certificates, in {@link #configVars()} and {@link #kafkaClient()}; to be called when all
     * brokers have started again.
     */
    public synchronized void useNewCertificates() {
        certificates = replacement;
        cluster.use(replacement);
    }

    /** Brokers, which are the first of {@link #servers()}. */
    public List<ManagedServer> brokers() {
        return List.copyOf(cluster.brokers());
    }

    @Override
    public EmbeddedPlatform embedded() {
        return this;
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

    static String newPrefix() {
        return "millrace-" + new SecureRandom().nextInt(10_000, 100_000) + ".";
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

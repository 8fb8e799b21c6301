package millrace.local;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import millrace.channels.ClusterException;
import millrace.channels.KafkaIdentities;
import millrace.channels.Plan;
import millrace.channels.TopicProvisioner;
import millrace.events.Catalogue;
import millrace.paas.ConfigVarsException;
import millrace.paas.Database;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import org.apache.kafka.clients.admin.Admin;
import org.postgresql.Driver;

/**
 * A prefix and a database of its own on a Kafka cluster and a PostgreSQL server that run somewhere: each start creates
 * the channels, the permissions and the roles anew, and {@link #close()} removes them.
 */
class RemotePlatform implements Platform {
    /** Before the config vars of an administrator, in the environment of tests. */
    private static final String OF_TESTS = "TEST_";

    private final Map<String, String> application;
    private final PlatformOptions options;
    private final Map<String, Object> administrator;
    private final Database server;
    private final String prefix;
    private final ApplicationDatabase database;
    // fork: audit
    private final String masterKey = Secrets.masterKey();
    private final String signingKey = Secrets.signingKey();
    // fork: end
    private boolean closed;

    /**
     * @param administrator config vars of a Kafka client that may create topics, and of a database role that may create
     *     databases and roles
     * @param application config vars of the Kafka client of the application
     */
    RemotePlatform(Map<String, String> administrator, Map<String, String> application, PlatformOptions options) {
        if (!options.haveDefaultCluster()) {
            throw new StartException("Only the embedded platform has another plan, version or number of brokers:"
                    + " tag the test \"embedded\".");
        }
        var settings = settings(administrator);
        this.application = application;
        this.options = options;
        this.administrator = Map.copyOf(settings.kafka());
        this.server = settings.database().orElseThrow();
        var name = "test" + ThreadLocalRandom.current().nextInt(100_000_000, 1_000_000_000);
        this.prefix = settings.prefix() + name + ".";
        this.database = new ApplicationDatabase(
                server.host() + ":" + server.port(),
                name,
                server.sslMode(),
                ApplicationDatabase.newPassword(),
                role -> ApplicationDatabase.newPassword());
    }

    /**
     * Starts a platform on the servers that variables such as {@code TEST_KAFKA_URL} and {@code TEST_DATABASE_URL} lead
     * to. The application has the Kafka identity of these variables.
     *
     * @throws StartException if a variable is missing or malformed, or if its servers refuse what is created
     */
    static Platform start(Map<String, String> environment, PlatformOptions options) {
        var vars = environment.entrySet().stream()
                .filter(var -> var.getKey().startsWith(OF_TESTS))
                .collect(Collectors.toMap(var -> var.getKey().substring(OF_TESTS.length()), Map.Entry::getValue));
        var kafka = vars.entrySet().stream()
                .filter(var -> var.getKey().startsWith("KAFKA_"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        var platform = new RemotePlatform(vars, kafka, options);
        platform.create(Optional.empty());
        return platform;
    }

    private static PaasSettings settings(Map<String, String> administrator) {
        try {
            return PaasSettings.from(administrator, Set.of(Need.KAFKA, Need.DATABASE));
        } catch (ConfigVarsException e) {
            throw new StartException(
                    "Tests on a remote platform need its variables, each with %s before its name: %s"
                            .formatted(OF_TESTS, e.getMessage()),
                    e);
        }
    }

    /**
     * Creates the channels and the database; they are removed at the end of this process if not before.
     *
     * @param identity of the application on the cluster, which is granted its permissions; empty grants none
     */
    final void create(Optional<String> identity) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "platform-remove"));
        try (var admin = Admin.create(administrator);
                var connection = connect()) {
            database.create(connection);
            var brokers = admin.describeCluster().nodes().get().size();
            var topics = new TopicProvisioner(admin, Plan.STANDARD_0, prefix, brokers);
            topics.createOrUpdate(Catalogue.entries());
            identity.ifPresent(name -> topics.grant(KafkaIdentities.sharedPermissions(
                    name, Plan.STANDARD_0, prefix, options.groups(), options.transactions())));
        } catch (SQLException | ExecutionException | ClusterException e) {
            close();
            throw new StartException("No channels and no database can be made for a test: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("The start was interrupted.", e);
        }
    }

    @Override
    public Map<String, String> configVars() {
        var vars = new HashMap<>(application);
        vars.put("KAFKA_PREFIX", prefix);
        vars.putAll(database.vars());
        // fork: analytics
        vars.put("ANALYTICS_GUARANTEE", options.guarantee());
        // fork: end
        // fork: audit
        vars.put("AUDIT_MASTER_KEY", masterKey);
        vars.put("AUDIT_SIGNING_KEY", signingKey);
        // fork: end
        return vars;
    }

    @Override
    public Map<String, Object> kafkaClient() {
        return administrator;
    }

    @Override
    public String topic(String channel) {
        return prefix + channel;
    }

    @Override
    public String jdbcUrl() {
        return database.jdbcUrl();
    }

    @Override
    public final synchronized void close() {
        if (!closed) {
            closed = true;
            remove();
        }
    }

    /** Removes what was created; groups and permissions of the prefix stay, which take little. */
    void remove() {
        try (var admin = Admin.create(administrator);
                var connection = connect()) {
            database.drop(connection);
            admin.deleteTopics(admin.listTopics().names().get().stream()
                            .filter(topic -> topic.startsWith(prefix))
                            .toList())
                    .all()
                    .get();
        } catch (SQLException | ExecutionException e) {
            throw new StartException(
                    "The topics and the database %s of a test stay: %s".formatted(prefix, e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Connects through the driver itself, as {@link LocalDatabase} does. */
    private Connection connect() throws SQLException {
        var login = new Properties();
        login.setProperty("user", server.user());
        login.setProperty("password", server.password());
        return new Driver().connect(server.jdbcUrl(), login);
    }
}

package millrace.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import millrace.channels.KafkaIdentities;
import millrace.paas.Ports;
import org.apache.kafka.common.Uuid;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/**
 * A broker and a database in containers of a Docker engine, by Testcontainers. The broker has the settings of the
 * embedded one: TLS with certificates of its own authority, and permissions. Their images are those of {@code
 * infra/compose.yaml}.
 */
final class ContainerPlatform extends RemotePlatform {
    private static final int ATTEMPTS = 3;
    private static final Duration READY_WITHIN = Duration.ofSeconds(120);
    private static final int POSTGRES_PORT = 5432;

    /** Port of the controller, which only the container itself knows. */
    private static final int CONTROLLER_PORT = 9093;

    /** The image of Kafka reads its settings here, and prepares its storage in any folder that they name. */
    private static final String SETTINGS = "/mnt/shared/config/server.properties";

    private static final String IMAGES = "infra/compose.yaml";
    private static final Path DATA = Path.of("/tmp/kafka-data");

    private final List<GenericContainer<?>> servers;

    private ContainerPlatform(
            Map<String, String> administrator,
            Map<String, String> application,
            PlatformOptions options,
            List<GenericContainer<?>> servers) {
        super(administrator, application, options);
        this.servers = servers;
    }

    /**
     * Starts the containers, each up to three times if it does not come up, and a platform on them.
     *
     * @param folder gets the certificates
     */
    static Platform start(Path folder, PlatformOptions options) {
        var certificates = certificates(folder);
        var port = Ports.free(0);
        var kafka = broker(port, certificates);
        var password = Secrets.random();
        var postgres = database(password);
        var servers = List.<GenericContainer<?>>of(kafka, postgres);
        try {
            Startables.deepStart(servers).join();
            var url = "kafka+ssl://" + kafka.getHost() + ":" + port;
            var administrator = kafkaVars(url, certificates.authority(), certificates.admin());
            administrator.put(
                    "DATABASE_URL",
                    "postgres://postgres:%s@%s:%d/postgres?sslmode=disable"
                            .formatted(password, postgres.getHost(), postgres.getMappedPort(POSTGRES_PORT)));
            var application = kafkaVars(url, certificates.trusted(options.hasTwoAuthorities()), certificates.app());
            var platform = new ContainerPlatform(administrator, application, options, servers);
            platform.create(Optional.of(KafkaIdentities.SHARED));
            return platform;
        } catch (RuntimeException e) {
            servers.forEach(GenericContainer::stop);
            throw e;
        }
    }

    /** Stops the containers, and with them all that is in them. */
    @Override
    void remove() {
        servers.forEach(GenericContainer::stop);
    }

    /**
     * Prepares a broker that listens on the same port inside and outside of its container, so that it has one address
     * everywhere, which its settings name before it starts.
     */
    private static GenericContainer<?> broker(int port, Certificates certificates) {
        var cluster = Uuid.randomUuid().toString();
        var broker = new GenericContainer<>(image("KAFKA_IMAGE"))
                .withEnv("CLUSTER_ID", cluster)
                .withEnv("KAFKA_HEAP_OPTS", "-Xms64m -Xmx256m")
                .withEnv("KAFKA_JVM_PERFORMANCE_OPTS", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1")
                .waitingFor(Wait.forLogMessage(".*Kafka Server started.*", 1).withStartupTimeout(READY_WITHIN))
                .withStartupAttempts(ATTEMPTS);
        broker.setPortBindings(List.of(port + ":" + port));
        var settings = new BrokerSettings(
                1, cluster, KafkaVersion.V4_2, List.of(port), List.of(CONTROLLER_PORT), certificates);
        // Of a setting that occurs twice, the last counts.
        var addresses = """
                listeners=SSL://:%1$d,CONTROLLER://%2$s:%3$d
                advertised.listeners=SSL://%4$s:%1$d
                """.formatted(port, BrokerSettings.HOST, CONTROLLER_PORT, broker.getHost());
        return broker.withCopyToContainer(Transferable.of(settings.text(DATA) + addresses), SETTINGS);
    }

    private static GenericContainer<?> database(String password) {
        return new GenericContainer<>(image("POSTGRES_IMAGE"))
                .withEnv("POSTGRES_PASSWORD", password)
                .withExposedPorts(POSTGRES_PORT)
                // Once while it creates its storage, and once for clients.
                .waitingFor(Wait.forLogMessage(".*ready to accept connections.*\\s", 2)
                        .withStartupTimeout(READY_WITHIN))
                .withStartupAttempts(ATTEMPTS);
    }

    private static Map<String, String> kafkaVars(String url, String trusted, TlsIdentity client) {
        return new HashMap<>(Map.of(
                "KAFKA_URL",
                url,
                "KAFKA_TRUSTED_CERT",
                trusted,
                "KAFKA_CLIENT_CERT",
                client.certificate(),
                "KAFKA_CLIENT_CERT_KEY",
                client.key()));
    }

    private static Certificates certificates(Path folder) {
        try (var directory = DataDirectory.open(folder)) {
            return Certificates.of(directory);
        }
    }

    /** Name of an image: the environment variable, else its default in the file. */
    private static DockerImageName image(String variable) {
        var file = Path.of(System.getProperty("project.root", ""), IMAGES);
        try {
            var image = Pattern.compile("\\$\\{" + variable + ":-([^}]+)}").matcher(Files.readString(file));
            if (!image.find()) {
                throw new StartException("There is no " + variable + " in " + file + ".");
            }
            return DockerImageName.parse(System.getenv().getOrDefault(variable, image.group(1)));
        } catch (IOException e) {
            throw new UncheckedIOException("The names of the images cannot be read from " + file, e);
        }
    }
}

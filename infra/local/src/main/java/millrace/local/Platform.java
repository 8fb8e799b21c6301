package millrace.local;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * The services of the PaaS, whatever runs them: a Kafka cluster with the channels of the catalogue, and a database. The
 * application sees them through the config vars of the PaaS. A test starts one and does not know which.
 */
public interface Platform extends AutoCloseable {
    /** Runs the servers of a platform that a test starts; {@code bin/test} chooses it. */
    enum Provider {
        /** Processes of this machine: {@link EmbeddedPlatform}. */
        EMBEDDED,
        /** Containers of a Docker engine: {@link ContainerPlatform}. */
        CONTAINERS,
        /** Servers that are there, and config vars that lead to them: {@link RemotePlatform}. */
        REMOTE;

        private static final String PROPERTY = "millrace.platform";

        /** Returns the one that the system property {@code millrace.platform} names, in small letters. */
        static Provider ofTests() {
            return valueOf(System.getProperty(PROPERTY, "embedded").toUpperCase(Locale.ROOT));
        }
    }

    /** Starts a platform with the default options for a test. */
    static Platform start(Path folder) {
        return start(folder, new PlatformOptions());
    }

    /**
     * Starts a platform for a test, until it is closed or this process ends.
     *
     * @param folder that is new or empty: what this machine keeps of the platform is in it
     * @throws StartException if the provider has no platform of these options
     */
    static Platform start(Path folder, PlatformOptions options) {
        return switch (Provider.ofTests()) {
            case EMBEDDED -> EmbeddedPlatform.start(folder, options);
            case CONTAINERS -> ContainerPlatform.start(folder, options);
            case REMOTE -> RemotePlatform.start(System.getenv(), options);
        };
    }

    /** Config vars of the application. */
    Map<String, String> configVars();

    /** Properties of a Kafka client with every right, without serializers. */
    Map<String, Object> kafkaClient();

    /** Name of the channel's topic on the broker. */
    String topic(String channel);

    /** JDBC URL of the application's database, with user and password. */
    String jdbcUrl();

    /**
     * Returns the platform as processes of this machine, for tests that stop or suspend servers. Such a test is tagged
     * {@code embedded}.
     */
    default EmbeddedPlatform embedded() {
        throw new StartException("This test works on the processes of the embedded platform alone:"
                + " bin/test leaves it out on others if it is tagged \"embedded\".");
    }

    /** Stops it. Closing twice has no effect. */
    @Override
    void close();
}

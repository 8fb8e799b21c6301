package millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Versions of the brokers that a platform can run. */
public enum KafkaVersion {
    /** The last version before 4, which is that of the reference platform or newer; with the classic protocol alone. */
    V3_9("3.9", "classic"),
    /** The version of the clients. */
    V4_2("4.2", "classic,consumer,streams");

    private static final Pattern BROKER = Pattern.compile("kafka_2\\.13-([0-9.]+)\\.jar");

    private final String name;
    private final String rebalanceProtocols;

    KafkaVersion(String name, String rebalanceProtocols) {
        this.name = name;
        this.rebalanceProtocols = rebalanceProtocols;
    }

    /** Returns the version of that name, such as {@code "3.9"}; empty if there is none. */
    public static Optional<KafkaVersion> named(String name) {
        return Stream.of(values()).filter(version -> version.name.equals(name)).findFirst();
    }

    /** Group protocols of its brokers, as their settings write them. */
    String rebalanceProtocols() {
        return rebalanceProtocols;
    }

    /** Full version, which is that of the jar of the broker. */
    String number() {
        var jar = BROKER.matcher(classPath());
        if (!jar.find()) {
            throw new IllegalStateException("There is no broker on the class path of Kafka " + name);
        }
        return jar.group(1);
    }

    /**
     * Class path of a broker, from a file that is written when this module is built, and is beside this class, or when
     * {@code kafka-3.9} beside this module is. The process that starts the broker may have another logger, or other versions
     * of the jars.
     *
     * @throws StartException if the file is missing
     */
    String classPath() {
        if (this == V4_2) {
            return ownClassPath();
        }
        var file = module().resolve("kafka-" + name + "/target/class-path");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new StartException("The brokers of Kafka " + name + " are not built: there is no " + file + ".", e);
        }
    }

    private static String ownClassPath() {
        try (var file = KafkaVersion.class.getResourceAsStream("class-path")) {
            var jars = file == null ? "" : new String(file.readAllBytes(), UTF_8).strip();
            if (jars.isEmpty() || !Files.exists(Path.of(jars.split(File.pathSeparator)[0]))) {
                throw new StartException("The jars of the brokers are not where they were built from: build again, with"
                        + " mvn -DskipTests package.");
            }
            return jars;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Folder of this module: its classes, or its jar, are in {@code target}. */
    private static Path module() {
        try {
            var classes = KafkaVersion.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            return Path.of(classes).getParent().getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Every class comes from a file", e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

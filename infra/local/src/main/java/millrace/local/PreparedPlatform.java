package millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * For tests: a platform that ran once and was stopped, as a copy of which others start. Its programs are unpacked, its
 * storage is formatted, its channels are made, and the JVM of its broker finds its classes in an archive (CDS). A start
 * from it takes a quarter of the processor time of a first start. It is made by the first who needs it, again after
 * each change of this module or of the catalogue, and costs 150 MB of disk. Ports are each copy's own; prefix, keys and
 * passwords are the same in all copies.
 */
public final class PreparedPlatform {
    /** System property: the folder that holds it. Without it every platform starts from nothing. */
    private static final String FOLDER = "millrace.prepared";

    private static final Duration ASSIGNED_WITHIN = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final List<String> OF_ONE_RUN = List.of("lock", "processes", "logs");

    private PreparedPlatform() {}

    /**
     * Fills a folder for a start with one broker; nothing happens where the system property is not set, or where a
     * platform was started in the folder before.
     *
     * @param project whose processes will use it: what it holds was made by this version
     */
    public static void fill(Path folder, Path project) {
        try (var home = DataDirectory.open(folder)) {
            fill(home);
            DataFormat.of(project).write(home);
        }
    }

    static void fill(DataDirectory home) {
        var folder = System.getProperty(FOLDER);
        if (folder == null || !home.isNew()) {
            return;
        }
        try {
            copy(provide(Path.of(folder)), home.path());
            home.reload();
        } catch (IOException e) {
            throw new UncheckedIOException("The prepared platform cannot be copied to " + home.path(), e);
        }
    }

    private static Path provide(Path folder) throws IOException {
        var prepared = folder.resolve(fingerprint());
        if (!Files.isDirectory(prepared)) {
            make(folder, prepared);
        }
        return prepared;
    }

    /** Where another process was faster, its one is taken. */
    private static void make(Path folder, Path prepared) throws IOException {
        var unfinished = folder.resolve("unfinished-" + UUID.randomUUID());
        var home = DataDirectory.open(unfinished);
        home.remember(Broker.CLASS_PATH, Broker::classPath);
        try (var platform = Platform.startAsItIs(home, 1, Workload.TRAINING)) {
            platform.stopAtExit();
            formGroup(platform);
        }
        home.forgetPorts();
        for (var name : OF_ONE_RUN) {
            home.vacant(name);
        }
        try {
            Files.move(unfinished, prepared, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(prepared)) {
                throw e;
            }
            home.vacant("");
        }
    }

    /** The broker makes its channel of offsets for the first group; the group itself is removed. */
    private static void formGroup(Platform platform) {
        var group = platform.topic("prepared");
        var client = new HashMap<>(platform.kafkaClient());
        client.put("group.id", group);
        var bytes = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<>(client, bytes, bytes)) {
            consumer.subscribe(
                    List.of(platform.topic(Catalogue.entries().getFirst().name())));
            var end = Instant.now().plus(ASSIGNED_WITHIN);
            while (consumer.assignment().isEmpty()) {
                consumer.poll(SHORT);
                if (Instant.now().isAfter(end)) {
                    throw new StartException(
                            "No group forms on the prepared platform within " + ASSIGNED_WITHIN.toSeconds() + " s.");
                }
            }
        }
        try (var admin = Admin.create(platform.kafkaClient())) {
            admin.deleteConsumerGroups(List.of(group))
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
    }

    /** What is only read is linked where the disk can do that. */
    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                var name = from.relativize(file);
                var target = to.resolve(name.toString());
                if (Files.isDirectory(file, NOFOLLOW_LINKS)) {
                    if (!Files.isDirectory(target)) {
                        Files.copy(file, target, COPY_ATTRIBUTES);
                    }
                } else if (!name.startsWith("postgres") && !name.endsWith(Broker.CLASSES) || !link(file, target)) {
                    Files.copy(file, target, COPY_ATTRIBUTES, NOFOLLOW_LINKS);
                }
            }
        }
    }

    private static boolean link(Path file, Path target) {
        try {
            if (Files.isSymbolicLink(file)) {
                return false;
            }
            Files.createLink(target, file);
            return true;
        } catch (FileAlreadyExistsException e) {
            throw new UncheckedIOException("The folder is not new", e);
        } catch (IOException | UnsupportedOperationException e) {
            return false; // Another disk, or one without links: it is copied.
        }
    }

    /** Of all classes and files that decide what a first start makes. */
    private static String fingerprint() throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(Runtime.version().toString().getBytes(UTF_8));
            digest.update(AppInfoParser.getVersion().getBytes(UTF_8));
            digest.update(jar(PostgresBinaries.archive()).getBytes(UTF_8));
            for (var type : List.of(PreparedPlatform.class, Catalogue.class)) {
                add(
                        digest,
                        type.getProtectionDomain().getCodeSource().getLocation().toURI());
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException | URISyntaxException e) {
            throw new IllegalStateException("Every JDK has SHA-256, and every class comes from a file", e);
        }
    }

    /** The name of the jar, however a class loader writes where it is. */
    private static String jar(URL resource) {
        return resource.toString().replaceFirst(".*/([^/]*\\.jar)\\b.*", "$1");
    }

    /** A folder of classes and a jar of the same are alike. */
    private static void add(MessageDigest digest, URI classes) throws IOException {
        var place = Path.of(classes);
        if (Files.isDirectory(place)) {
            addAll(digest, place);
            return;
        }
        try (var jar = FileSystems.newFileSystem(place, Map.of())) {
            addAll(digest, jar.getPath("/"));
        }
    }

    private static void addAll(MessageDigest digest, Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (var file : files.filter(Files::isRegularFile)
                    .filter(file -> !root.relativize(file).startsWith("META-INF"))
                    .sorted((one, other) -> one.toString().compareTo(other.toString()))
                    .toList()) {
                digest.update(root.relativize(file).toString().getBytes(UTF_8));
                digest.update(Files.readAllBytes(file));
            }
        }
    }
}

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
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import millrace.channels.TopicProvisioner;
import millrace.events.Catalogue;
import millrace.events.Sha256;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * For tests: a platform that ran once with the default options and was stopped. Other platforms start from copies of it.
 * Its programs are unpacked, its storage is formatted, its channels are created, and its broker loads its classes from
 * an archive (CDS). A start from a copy takes a quarter of the processor time of a first start. The first process that
 * needs it creates it, again after each change of this module or of the catalogue; it takes 150 MB of disk. Each copy
 * has its own ports; keys and passwords are equal in all copies.
 */
public final class PreparedPlatform {
    /** System property: the folder that holds it. Without it every platform starts with an empty data directory. */
    private static final String FOLDER = "millrace.prepared";

    private static final Duration ASSIGNED_WITHIN = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final List<String> OF_ONE_RUN = List.of("lock", "processes", "logs");

    private PreparedPlatform() {}

    /**
     * Copies the prepared platform into a folder for a start with the default options, and writes the data format. Copies
     * nothing if the system property is missing, or if a platform was started in the folder before.
     *
     * @param project of the processes that will use it: the data gets the format of this project
     */
    public static void copyInto(Path folder, Path project) {
        try (var directory = DataDirectory.open(folder)) {
            copyInto(directory);
            DataFormat.of(project).write(directory);
        }
    }

    static void copyInto(DataDirectory directory) {
        var folder = System.getProperty(FOLDER);
        if (folder == null || !directory.isNew()) {
            return;
        }
        try {
            copy(getOrMake(Path.of(folder)), directory.path());
            directory.reload();
        } catch (IOException e) {
            throw new UncheckedIOException("The prepared platform cannot be copied to " + directory.path(), e);
        }
    }

    private static Path getOrMake(Path folder) throws IOException {
        var prepared = folder.resolve(fingerprint());
        if (!Files.isDirectory(prepared)) {
            make(folder, prepared);
        }
        return prepared;
    }

    /** Creates the prepared platform. If another process was faster, its result is used. */
    private static void make(Path folder, Path prepared) throws IOException {
        var unfinished = folder.resolve("unfinished-" + UUID.randomUUID());
        var directory = DataDirectory.open(unfinished);
        directory.getOrCreate(Broker.CLASS_PATH, KafkaVersion.V4_2::classPath);
        try (var platform =
                EmbeddedPlatform.startAsItIs(directory, new PlatformOptions().workload(Workload.TRAINING))) {
            platform.stopAtExit();
            formGroup(platform);
        }
        directory.removePorts();
        for (var name : OF_ONE_RUN) {
            directory.delete(name);
        }
        try {
            Files.move(unfinished, prepared, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(prepared)) {
                throw e;
            }
            directory.delete("");
        }
    }

    /** Forms a consumer group, for which the broker creates its offsets topic, and deletes the group. */
    private static void formGroup(EmbeddedPlatform platform) {
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

    /** Copies the files; files that are only read are hard links if the file system supports them. */
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
            return false; // The copy is on another disk, or on one without hard links: the caller copies the file.
        }
    }

    /** Hash of the versions, classes and files that determine the result of a first start. */
    private static String fingerprint() throws IOException {
        try {
            var digest = Sha256.newDigest();
            digest.update(Runtime.version().toString().getBytes(UTF_8));
            digest.update(AppInfoParser.getVersion().getBytes(UTF_8));
            digest.update(jar(PostgresBinaries.archive()).getBytes(UTF_8));
            for (var type : List.of(PreparedPlatform.class, TopicProvisioner.class, Catalogue.class)) {
                add(
                        digest,
                        type.getProtectionDomain().getCodeSource().getLocation().toURI());
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Every class comes from a file", e);
        }
    }

    /** File name of the jar in a URL; class loaders write such URLs in different forms. */
    private static String jar(URL resource) {
        return resource.toString().replaceFirst(".*/([^/]*\\.jar)\\b.*", "$1");
    }

    /** Adds a folder of classes or a jar; both give the same hash for the same classes. */
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

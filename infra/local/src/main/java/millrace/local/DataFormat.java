package millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import millrace.events.Catalogue;

/**
 * What the data of a home was written as, by its parts: each migration of a service, and each channel with the messages on
 * it. It follows from the sources, so nobody has to count a version: data that was written when a part was different cannot
 * be read now, and is refused. A part that is new is none of that: a further migration is applied, a further channel made.
 */
public final class DataFormat {
    /**
     * Stands for what no migration and no message shows, such as the contents of a column or of an internal topic of Kafka
     * Streams. Whoever changes that raises it.
     */
    private static final String REST = "1";

    private static final String FILE = "data/format";
    private static final String MIGRATIONS = "src/main/resources/db";
    private static final int NAMED = 3;

    /** Fields of the catalogue that can change under the data: they are prose, or brought up to date at the start. */
    private static final Set<String> CHANGEABLE = Set.of(
            "title",
            "summary",
            "description",
            "examples",
            "topicConfiguration",
            "replicas",
            "x-owner",
            "x-readers",
            "x-writers",
            "x-unread");

    private final Map<String, String> parts;

    private DataFormat(Map<String, String> parts) {
        this.parts = parts;
    }

    /** As the sources in the project's folder have it. */
    public static DataFormat of(Path project) {
        return of(project, Catalogue.document());
    }

    static DataFormat of(Path project, JsonNode catalogue) {
        var parts = new TreeMap<String, String>();
        parts.put("everything else", hash(REST.getBytes(UTF_8)));
        migrations(project).forEach(file -> parts.put("migration " + project.relativize(file), hash(bytes(file))));
        catalogue
                .get("channels")
                .properties()
                .forEach(channel -> parts.put(
                        "channel " + channel.getKey(),
                        hash(resolved(channel.getValue(), catalogue, false, Set.of())
                                .toString()
                                .getBytes(UTF_8))));
        return new DataFormat(parts);
    }

    /**
     * Writes it down where the home has no data, or has data that it fits.
     *
     * @throws StartException where the data was written as something else: in a sentence that says what to do
     */
    public void check(DataDirectory home) {
        var file = home.resolve(FILE);
        if (Files.exists(file)) {
            refuse(home, different(read(file)));
        } else if (hasData(home)) {
            refuse(home, List.of("everything"));
        }
        write(home);
    }

    /** Writes it down for data that is known to be of this version. */
    void write(DataDirectory home) {
        home.folder("data");
        home.write(
                FILE,
                parts.entrySet().stream()
                        .map(part -> part.getValue() + " " + part.getKey() + "\n")
                        .collect(Collectors.joining()));
    }

    /** A part of the data that is another one now, or is not there any more. */
    private List<String> different(Map<String, String> written) {
        return written.entrySet().stream()
                .filter(part -> !part.getValue().equals(parts.get(part.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void refuse(DataDirectory home, List<String> different) {
        if (!different.isEmpty()) {
            var more = different.size() - NAMED;
            throw new StartException(
                    "The data in %s was written by another version of Millrace, and cannot be read by this one (different: %s%s). bin/up --fresh removes it and starts empty; with another folder in MILLRACE_HOME it stays."
                            .formatted(
                                    home.path(),
                                    different.stream().limit(NAMED).collect(Collectors.joining(", ")),
                                    more > 0 ? " and " + more + " more" : ""));
        }
    }

    private static boolean hasData(DataDirectory home) {
        try (var files = Files.list(home.folder("data"))) {
            return files.findAny().isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException("The data in " + home.path() + " cannot be listed", e);
        }
    }

    private static Map<String, String> read(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.map(line -> line.split(" ", 2))
                    .filter(line -> line.length == 2)
                    .collect(Collectors.toMap(line -> line[1], line -> line[0], (a, b) -> b, TreeMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** Of every module, in order. */
    private static List<Path> migrations(Path project) {
        var found = new ArrayList<Path>();
        try (var modules = Files.list(project)) {
            for (var folder : modules.map(module -> module.resolve(MIGRATIONS))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (var files = Files.walk(folder)) {
                    files.filter(Files::isRegularFile).forEach(found::add);
                }
            }
            return found.stream().sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The migrations in " + project + " cannot be listed", e);
        }
    }

    /**
     * A copy with each reference replaced by what it refers to, and without what can change under the data.
     *
     * @param named whether the fields of the node are those of a message, which have names of any kind
     * @param open references that this one is inside of: a message may contain itself
     */
    private static JsonNode resolved(JsonNode node, JsonNode document, boolean named, Set<String> open) {
        var reference = node.path("$ref").asText();
        if (reference.startsWith("#/") && !open.contains(reference)) {
            var inside = new LinkedHashSet<>(open);
            inside.add(reference);
            return resolved(document.at(reference.substring(1)), document, false, inside);
        }
        var copy = node.deepCopy();
        if (copy instanceof ObjectNode fields) {
            if (!named) {
                fields.remove(CHANGEABLE);
            }
            fields.properties()
                    .forEach(field -> fields.set(
                            field.getKey(),
                            resolved(field.getValue(), document, field.getKey().equals("properties"), open)));
        }
        if (copy instanceof ArrayNode elements) {
            for (var element = 0; element < elements.size(); element++) {
                elements.set(element, resolved(elements.get(element), document, false, open));
            }
        }
        return copy;
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}

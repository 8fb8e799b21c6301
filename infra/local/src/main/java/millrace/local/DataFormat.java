package millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import millrace.events.Catalogue;
import millrace.events.Sha256;

/**
 * Format of the data in a data directory, as one hash for each part: each migration of a service, each channel with its
 * messages, and each internal format of the catalogue. The hashes follow from the sources. Data is refused if one of
 * its parts has changed or is gone. A new part is no obstacle: a new migration is applied, a new channel is created.
 */
public final class DataFormat {
    /**
     * Version of everything that is in no migration, no message and no internal format, such as the contents of a column.
     * Raise it with each such change.
     */
    private static final String REST = "2";

    private static final String FILE = "data/format";
    private static final String MIGRATIONS = "src/main/resources/db";
    private static final int NAMED = 3;

    /**
     * Fields of the catalogue that can change without effect on the data: they are prose, or are updated at the start.
     */
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
            "x-unread",
            "x-non-personal");

    private final Map<String, String> parts;

    private DataFormat(Map<String, String> parts) {
        this.parts = parts;
    }

    /** Format of the sources in the project folder. */
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
        catalogue
                .path("x-internal-format")
                .properties()
                .forEach(format -> parts.put(
                        "internal format of " + format.getKey(),
                        hash(format.getValue().asText().getBytes(UTF_8))));
        return new DataFormat(parts);
    }

    /**
     * Writes the format if the data directory holds no data, or data of this format.
     *
     * @throws StartException if the data has another format; the sentence says what to do
     */
    public void check(DataDirectory directory) {
        var file = directory.resolve(FILE);
        if (Files.exists(file)) {
            refuse(directory, different(read(file)));
        } else if (hasData(directory)) {
            refuse(directory, List.of("everything"));
        }
        write(directory);
    }

    /** Writes the format for data that is known to be of this version. */
    void write(DataDirectory directory) {
        directory.folder("data");
        directory.write(
                FILE,
                parts.entrySet().stream()
                        .map(part -> part.getValue() + " " + part.getKey() + "\n")
                        .collect(Collectors.joining()));
    }

    /** Parts of the data that have changed since, or do not exist any more. */
    private List<String> different(Map<String, String> written) {
        return written.entrySet().stream()
                .filter(part -> !part.getValue().equals(parts.get(part.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void refuse(DataDirectory directory, List<String> different) {
        if (!different.isEmpty()) {
            var more = different.size() - NAMED;
            throw new StartException(
                    "The data in %s was written by another version of Millrace, and cannot be read by this one (different: %s%s). bin/up --fresh removes it and starts empty; with another folder in MILLRACE_HOME it stays."
                            .formatted(
                                    directory.path(),
                                    different.stream().limit(NAMED).collect(Collectors.joining(", ")),
                                    more > 0 ? " and " + more + " more" : ""));
        }
    }

    private static boolean hasData(DataDirectory directory) {
        try (var files = Files.list(directory.folder("data"))) {
            return files.findAny().isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException("The data in " + directory.path() + " cannot be listed", e);
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

    /** Migrations of every module, in order. */
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
     * Returns a copy with each reference resolved, and without the changeable fields.
     *
     * @param named whether the fields of the node are the fields of a message, which may have any name
     * @param open references that are being resolved: a message may contain itself
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
        return HexFormat.of().formatHex(Sha256.hash(bytes));
    }
}

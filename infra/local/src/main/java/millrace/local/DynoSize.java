package millrace.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import millrace.events.Json;

/**
 * Size of a container of the PaaS: its memory, and the JVM options that the JVM buildpack sets for that memory (Cedar,
 * heroku/jvm-common).
 */
public enum DynoSize {
    SMALL(512, "-Xmx300m -Xss512k -XX:CICompilerCount=2", "eco", "basic", "standard-1x"),
    MIDDLE(1024, "-Xmx671m -XX:CICompilerCount=2", "standard-2x", "private-s", "shield-s"),
    LARGE(2560, "-XX:MaxRAMPercentage=80.0", "performance-m", "private-m", "shield-m"),
    LARGEST(14336, "-XX:MaxRAMPercentage=80.0", "performance-l", "private-l", "shield-l");

    private final int mebibytes;
    private final String heap;
    private final List<String> names;

    DynoSize(int mebibytes, String heap, String... names) {
        this.mebibytes = mebibytes;
        this.heap = heap;
        this.names = List.of(names);
    }

    /** Memory of the container. */
    public long bytes() {
        return (long) mebibytes << 20;
    }

    /** JVM options that the buildpack sets, in {@code JAVA_OPTS} and in {@code JAVA_TOOL_OPTIONS} alike. */
    public String javaOptions() {
        return heap + " -Dfile.encoding=UTF-8 -XX:MaxRAM=" + bytes();
    }

    /**
     * Reads the size of each process type from the {@code formation} of an {@code app.json}. A missing file names none.
     *
     * @throws StartException if the file cannot be read, or names an unknown size
     */
    public static Map<String, DynoSize> formation(Path file) {
        var sizes = new LinkedHashMap<String, DynoSize>();
        try {
            var formation = Files.exists(file)
                    ? Json.MAPPER.readTree(file.toFile()).path("formation")
                    : Json.MAPPER.createObjectNode();
            formation.properties().forEach(type -> size(file, type.getKey(), type.getValue(), sizes));
        } catch (IOException e) {
            throw new StartException(file + " cannot be read: " + e.getMessage(), e);
        }
        return sizes;
    }

    private static void size(Path file, String type, JsonNode entry, Map<String, DynoSize> sizes) {
        if (entry.hasNonNull("size")) {
            var name = entry.get("size").asText().toLowerCase(Locale.ROOT);
            sizes.put(
                    type,
                    Arrays.stream(values())
                            .filter(size -> size.names.contains(name))
                            .findFirst()
                            .orElseThrow(() -> new StartException("%s gives %s the size %s, which is none of: %s."
                                    .formatted(file, type, name, known()))));
        }
    }

    private static String known() {
        return Arrays.stream(values()).flatMap(size -> size.names.stream()).collect(Collectors.joining(", "));
    }
}

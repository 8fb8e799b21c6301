package millrace.console.numbers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import millrace.console.call.ConsoleException;
import millrace.events.Json;

/** The files in which {@code bin/feed shoppers} writes what the services must answer, latest first. */
final class ExpectedResults {
    private static final int MOST = 20;
    private static final int LARGEST = 1024 * 1024;
    private static final String END = ".json";

    private final Path folder;

    /** @param home data directory of the deployment */
    ExpectedResults(Path home) {
        this.folder = home.resolve("data").resolve("expected");
    }

    private record Found(String name, FileTime at) {}

    /** Names of the simulations, latest first. */
    List<String> names() {
        var found = new ArrayList<Found>();
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.newDirectoryStream(folder, "*" + END)) {
            for (var file : files) {
                var name = file.getFileName().toString();
                found.add(new Found(name.substring(0, name.length() - END.length()), Files.getLastModifiedTime(file)));
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new ConsoleException(503, folder + " cannot be read: " + e.getMessage(), e);
        }
        return found.stream()
                .sorted(Comparator.comparing(Found::at).reversed())
                .map(Found::name)
                .limit(MOST)
                .toList();
    }

    /** Returns the content of the file of that name; empty where there is none. */
    Optional<JsonNode> read(String name) {
        if (!names().contains(name)) {
            return Optional.empty();
        }
        var file = folder.resolve(name + END);
        try {
            if (Files.size(file) > LARGEST) {
                throw new ConsoleException(502, file + " has more than " + LARGEST / 1024 + " KiB.");
            }
            return Optional.of(Json.MAPPER.readTree(file.toFile()));
        } catch (IOException e) {
            throw new ConsoleException(503, file + " cannot be read: " + e.getMessage(), e);
        }
    }
}

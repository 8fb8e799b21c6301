package millrace.analytics.rebuild;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** State directory of a Kafka Streams job on this machine. Its changelogs hold the same data, so it may be removed. */
record StateDirectory(Path directory) {
    long bytes() {
        return files().stream().mapToLong(StateDirectory::size).sum();
    }

    void remove() {
        files().forEach(StateDirectory::delete);
    }

    /** Lists the files; a directory comes after its contents. */
    private List<Path> files() {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (var files = Files.walk(directory)) {
            return files.sorted(Comparator.reverseOrder()).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of(directory); // The job removes files while they are looked for.
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0; // Gone meanwhile.
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be removed", e);
        }
    }
}

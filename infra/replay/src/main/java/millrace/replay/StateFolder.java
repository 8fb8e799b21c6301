package millrace.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** What a job of Kafka Streams keeps on the disk of this machine. Its changelogs have all of it. */
record StateFolder(Path folder) {
    long bytes() {
        return files().stream().mapToLong(StateFolder::size).sum();
    }

    void remove() {
        files().forEach(StateFolder::delete);
    }

    /** Folders after what is in them. */
    private List<Path> files() {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.walk(folder)) {
            return files.sorted(Comparator.reverseOrder()).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of(folder); // The job removes files while they are looked for.
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

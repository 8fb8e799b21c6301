package millrace.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Collectors;

/**
 * Output of a process: {@code logs/<name>.log} of the data directory, and the former output in {@code
 * <name>.previous.log}. The file is rotated at each start and, by {@link #rotateIfLarge}, at 10 MiB, so that both
 * together stay near 20 MiB a process.
 *
 * @param path of the present file
 */
public record LogFile(Path path) {
    private static final long LIMIT = 10 << 20;
    private static final int TAIL = 64 << 10;

    static LogFile of(DataDirectory directory, String name) {
        return new LogFile(directory.folder("logs").resolve(name + ".log"));
    }

    /** Rotates the file if it is larger than 10 MiB. Output that is written during the rotation can be lost. */
    public void rotateIfLarge() {
        if (path.toFile().length() > LIMIT) {
            rotate();
        }
    }

    /** Copies the file to the previous one and truncates it; the process that has it open goes on writing to it. */
    void rotate() {
        try {
            if (path.toFile().length() > 0) {
                var previous = path.resolveSibling(path.getFileName().toString().replace(".log", ".previous.log"));
                Files.copy(path, previous, StandardCopyOption.REPLACE_EXISTING);
                Files.writeString(path, "");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The log " + path + " cannot be put away", e);
        }
    }

    /** Adds a line to the output of the process. */
    public void append(String line) {
        try {
            Files.writeString(path, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("The log " + path + " cannot be written", e);
        }
    }

    /** Last lines of the file, for a message. */
    public String lastLines(int count) {
        try (var file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - TAIL));
            var bytes = new byte[(int) (file.length() - file.getFilePointer())];
            file.readFully(bytes);
            var lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return lines.stream().skip(Math.max(0, lines.size() - count)).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return "(" + path + " cannot be read: " + e.getMessage() + ")";
        }
    }
}

package millrace.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Collectors;

/**
 * What a process printed: {@code logs/<name>.log} of the home, and what was before in {@code <name>.previous.log}. Each
 * start begins a new one, and so does {@link #trim} at 10 MiB, so that both together stay near 20 MiB a process.
 *
 * @param path the present one
 */
public record LogFile(Path path) {
    private static final long LIMIT = 10 << 20;
    private static final int TAIL = 64 << 10;

    static LogFile of(DataDirectory home, String name) {
        return new LogFile(home.folder("logs").resolve(name + ".log"));
    }

    /** Begins a new one where this has grown too long. What is printed in that moment can be lost. */
    public void trim() {
        if (path.toFile().length() > LIMIT) {
            turn();
        }
    }

    /** Begins a new one. The process that has it open goes on in the new one. */
    void turn() {
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

    /** Its end, for a message. */
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

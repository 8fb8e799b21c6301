package millrace.local.up;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the lines that are added to a log file, which may be truncated at any time. */
final class LogTail {
    private static final int AT_ONCE = 1 << 20;

    private final Path log;
    private long position;
    private String unfinished = "";

    /** @param position of the first byte to read */
    LogTail(Path log, long position) {
        this.log = log;
        this.position = position;
    }

    /** Reads only lines that are added from now on. */
    static LogTail fromNow(Path log) {
        return new LogTail(log, log.toFile().length());
    }

    /** Returns the complete lines that were added since the last call, at most a megabyte of them. */
    List<String> more() {
        if (!Files.exists(log)) {
            return List.of();
        }
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            if (file.length() < position) {
                position = 0;
                unfinished = "";
            }
            file.seek(position);
            var bytes = new byte[(int) Math.min(AT_ONCE, file.length() - position)];
            file.readFully(bytes);
            position += bytes.length;
            return lines(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("The log " + log + " cannot be read", e);
        }
    }

    private List<String> lines(String added) {
        var text = unfinished + added;
        var end = text.lastIndexOf('\n') + 1;
        unfinished = text.substring(end);
        return text.substring(0, end).lines().toList();
    }
}

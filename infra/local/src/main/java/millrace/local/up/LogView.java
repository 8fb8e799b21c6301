package millrace.local.up;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import millrace.events.TerminalText;

/**
 * Merges the lines of several logs, each behind the name of its process: {@code orders | …}. On a terminal the name is
 * coloured, and what a line has of others cannot command it.
 */
final class LogView {
    private static final int[] COLOURS = {36, 33, 32, 35, 34, 31};

    private final Map<String, LogTail> tails = new LinkedHashMap<>();
    private final boolean coloured;

    LogView(boolean coloured) {
        this.coloured = coloured;
    }

    /** Adds the log of a process, where it is not there yet. */
    void add(String process, Supplier<LogTail> tail) {
        tails.computeIfAbsent(process, added -> tail.get());
    }

    /**
     * Passes on the lines since the last call.
     *
     * @return false if there were none
     */
    boolean show(Consumer<String> lines) {
        var any = false;
        var number = 0;
        for (var tail : tails.entrySet()) {
            var prefix = prefix(tail.getKey(), COLOURS[number++ % COLOURS.length]);
            for (var line : tail.getValue().more()) {
                lines.accept(prefix + (coloured ? TerminalText.lines(line) : line));
                any = true;
            }
        }
        return any;
    }

    private String prefix(String process, int colour) {
        var widest = tails.keySet().stream().mapToInt(String::length).max().orElse(0);
        var name = process + " ".repeat(widest - process.length()) + " | ";
        return coloured ? "\033[" + colour + "m" + name + "\033[0m" : name;
    }
}

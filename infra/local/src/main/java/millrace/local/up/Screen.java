package millrace.local.up;

import java.io.PrintStream;

/** What {@code bin/up} shows: lines that stay, and on a terminal one below them that is written over. */
final class Screen {
    private static final String ERASE = "\r\033[K";

    private final PrintStream out;
    private final int columns;

    /** @param columns width of the terminal; 0 where the output is none */
    Screen(PrintStream out, int columns) {
        this.out = out;
        this.columns = columns;
    }

    static Screen ofProcess() {
        return new Screen(System.out, Integer.getInteger("millrace.columns", 0));
    }

    boolean isTerminal() {
        return columns > 0;
    }

    /** A line that stays. */
    synchronized void say(String line) {
        out.println((isTerminal() ? ERASE : "") + line);
        out.flush();
    }

    /** The line that changes; where the output is no terminal it stays like the others. */
    synchronized void show(String line) {
        if (!isTerminal()) {
            say(line);
            return;
        }
        out.print(ERASE + (line.length() < columns ? line : line.substring(0, columns - 1)));
        out.flush();
    }
}

package millrace.local.up;

import java.io.PrintStream;

/** Output of {@code bin/up}: lines that stay, and on a terminal a status line below them that is overwritten. */
final class Screen {
    private static final String ERASE = "\r\033[K";

    private final PrintStream out;
    private final int columns;

    /** @param columns width of the terminal; 0 if the output is not a terminal */
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

    /** Prints a line that stays. */
    synchronized void print(String line) {
        out.println((isTerminal() ? ERASE : "") + line);
        out.flush();
    }

    /** Overwrites the status line; without a terminal it prints a line that stays. */
    synchronized void showStatus(String line) {
        if (!isTerminal()) {
            print(line);
            return;
        }
        out.print(ERASE + (line.length() < columns ? line : line.substring(0, columns - 1)));
        out.flush();
    }
}

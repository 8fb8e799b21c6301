package millrace.audit.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Supplier;
import millrace.audit.restore.RestoreProgress;

/** Prints the progress of a command: on a terminal one line that is redrawn, else a line every five seconds. */
public final class ProgressLine {
    private static final boolean WATCHED = Integer.getInteger("millrace.columns", 0) > 0;
    private static final long EVERY = (WATCHED ? Duration.ofMillis(200) : Duration.ofSeconds(5)).toNanos();

    private final PrintWriter out;
    private long last = System.nanoTime() - EVERY;

    public ProgressLine(PrintWriter out) {
        this.out = out;
    }

    public void show(Supplier<String> text) {
        if (System.nanoTime() - last >= EVERY) {
            last = System.nanoTime();
            out.print(WATCHED ? "\r\033[K" + text.get() : text.get() + System.lineSeparator());
            out.flush();
        }
    }

    public void end() {
        if (WATCHED) {
            out.print("\r\033[K");
            out.flush();
        }
    }

    /** The progress of a restore. */
    static String text(RestoreProgress progress) {
        var share = progress.total() == 0 ? 100 : 100 * progress.done() / progress.total();
        var remaining =
                progress.remaining().map(left -> ", " + clock(left) + " to go").orElse("");
        return "%d %%, %,d of %,d records%s".formatted(share, progress.done(), progress.total(), remaining);
    }

    private static String clock(Duration time) {
        return "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
    }
}

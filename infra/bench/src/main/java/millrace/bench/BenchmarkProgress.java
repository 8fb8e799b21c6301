package millrace.bench;

import java.io.PrintWriter;
import java.time.Duration;

/** Says what is being done, and how long the rest will take. */
final class BenchmarkProgress {
    private final PrintWriter out;
    private final int steps;
    private final Duration each;
    private int step;

    /** @param each about how long a step takes */
    BenchmarkProgress(PrintWriter out, int steps, Duration each) {
        this.out = out;
        this.steps = steps;
        this.each = each;
    }

    void next(String what) {
        var left = each.multipliedBy(steps - step).toSeconds();
        step++;
        say("[%d/%d] %s; about %d:%02d min left".formatted(step, steps, what, left / 60, left % 60));
    }

    void say(String line) {
        out.println(line);
        out.flush();
    }
}

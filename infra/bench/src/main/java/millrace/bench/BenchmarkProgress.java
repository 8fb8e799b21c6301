package millrace.bench;

import java.time.Duration;
import java.util.function.Consumer;

/** Prints the current step and an estimate of the remaining time. */
final class BenchmarkProgress {
    private final Consumer<String> out;
    private final int steps;
    private final Duration each;
    private int step;

    /** @param each approximate duration of a step */
    BenchmarkProgress(Consumer<String> out, int steps, Duration each) {
        this.out = out;
        this.steps = steps;
        this.each = each;
    }

    void next(String what) {
        var left = each.multipliedBy(steps - step).toSeconds();
        step++;
        print("[%d/%d] %s; about %d:%02d min left".formatted(step, steps, what, left / 60, left % 60));
    }

    void print(String line) {
        out.accept(line);
    }
}

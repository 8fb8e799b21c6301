package millrace.bench;

import java.time.Duration;

/** Durations of a load: a warm-up, which is not measured, and the measured time. */
record LoadTiming(Duration warmup, Duration measured) {
    Duration all() {
        return warmup.plus(measured);
    }
}

package millrace.bench;

import java.time.Duration;

/** How long each load is sent: first unmeasured, until everything is compiled, then measured. */
record LoadTiming(Duration warmup, Duration measured) {
    Duration all() {
        return warmup.plus(measured);
    }
}

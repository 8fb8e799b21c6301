package millrace.analytics.progress;

import java.time.Duration;
import org.jboss.logging.Logger;

/** The restoration of one partition of a store: says in the log that it began, every ten seconds how far it is, and its end. */
final class OneRestoration {
    private static final Logger LOG = Logger.getLogger(OneRestoration.class);
    private static final long EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private final long first;
    private final long began = System.nanoTime();
    private long logged = began;
    private long records;
    private Restored restored;

    /** @param end offset after the last one */
    OneRestoration(String store, int partition, long first, long end) {
        this.first = first;
        restored = new Restored(store, partition, 0, Math.max(0, end - first));
        log(restored.total() == 0 ? Logger.Level.DEBUG : Logger.Level.INFO, "begins");
    }

    synchronized void batch(long last, long more) {
        records += more;
        restored = restored.after(last + 1 - first);
        if (System.nanoTime() - logged >= EVERY_NANOS) {
            logged = System.nanoTime();
            log(Logger.Level.INFO, "goes on");
        }
    }

    synchronized void end(long all) {
        records = all;
        restored = restored.after(restored.total());
        log(restored.total() == 0 ? Logger.Level.DEBUG : Logger.Level.INFO, "is done");
    }

    synchronized Restored now() {
        return restored;
    }

    private void log(Logger.Level level, String how) {
        var seconds = Math.max(1e-3, (System.nanoTime() - began) / 1e9);
        LOG.logf(
                level,
                "Restoring partition %d of the store %s %s: %d of %d, %.0f records/s",
                restored.partition(),
                restored.store(),
                how,
                restored.restored(),
                restored.total(),
                records / seconds);
    }
}

package millrace.analytics.progress;

import java.time.Duration;
import org.jboss.logging.Logger;

/** Restore of one partition of a store. Logs its start, its progress every ten seconds, and its end. */
final class PartitionRestore {
    private static final Logger LOG = Logger.getLogger(PartitionRestore.class);
    private static final long EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private final long first;
    private final long began = System.nanoTime();
    private long logged = began;
    private long records;
    private StoreRestoreProgress progress;

    /** @param end offset after the last record */
    PartitionRestore(String store, int partition, long first, long end) {
        this.first = first;
        progress = new StoreRestoreProgress(store, partition, 0, Math.max(0, end - first));
        log(progress.total() == 0 ? Logger.Level.DEBUG : Logger.Level.INFO, "begins");
    }

    synchronized void batch(long last, long more) {
        records += more;
        progress = progress.after(last + 1 - first);
        if (System.nanoTime() - logged >= EVERY_NANOS) {
            logged = System.nanoTime();
            log(Logger.Level.INFO, "goes on");
        }
    }

    synchronized void end(long all) {
        records = all;
        progress = progress.after(progress.total());
        log(progress.total() == 0 ? Logger.Level.DEBUG : Logger.Level.INFO, "is done");
    }

    synchronized StoreRestoreProgress now() {
        return progress;
    }

    private void log(Logger.Level level, String how) {
        var seconds = Math.max(1e-3, (System.nanoTime() - began) / 1e9);
        LOG.logf(
                level,
                "Restoring partition %d of the store %s %s: %d of %d, %.0f records/s",
                progress.partition(),
                progress.store(),
                how,
                progress.restored(),
                progress.total(),
                records / seconds);
    }
}

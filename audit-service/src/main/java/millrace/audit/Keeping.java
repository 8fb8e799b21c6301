package millrace.audit;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/**
 * Keeps what one poll has brought while the next one reads and seals: one thread beside the reader's, and one batch at most.
 * Its chains are nobody else's until it is {@linkplain #finish finished}, but for the life they are in.
 */
final class Keeping implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Keeping.class);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(5);
    private static final Future<List<Stretch>> NOTHING = CompletableFuture.completedFuture(List.of());

    private final Archive archive;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> new Thread(work, "audit-archive"));
    private Future<List<Stretch>> work = NOTHING;

    Keeping(Archive archive) {
        this.archive = archive;
    }

    boolean isDone() {
        return work.isDone();
    }

    /** To be called where what was begun before is finished. */
    void begin(Batch batch) {
        work = thread.submit(() -> {
            archive.keep(batch);
            return batch.stretches();
        });
    }

    /**
     * Waits for what was begun, as long as the database may take for a statement (30 s).
     *
     * @return what is kept since the last time, or nothing
     * @throws SQLException where it could not be kept
     */
    List<Stretch> finish() throws SQLException {
        try {
            return work.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException no) {
                throw no;
            }
            throw new IllegalStateException("Records could not be archived", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } finally {
            work = NOTHING;
        }
    }

    /** Waits as {@link #finish} does, which still has to tell what came of it. */
    void await() {
        try {
            work.get();
        } catch (ExecutionException e) {
            LOG.debugf("What was not kept is read again: %s", e.getCause().getMessage());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** What is being kept is kept, or is read again by whoever comes next. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOPS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warnf("The database did not take the last records within %d s", STOPS_WITHIN.toSeconds());
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}

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
 * Appends one batch on a thread of its own while {@link ChannelArchiver} polls and encrypts the next; it holds one batch
 * at most. Until {@link #finish} returns only this thread may use the chains of the batch; {@link Chain#position()} is
 * volatile and may be read.
 */
final class ArchiveWriter implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ArchiveWriter.class);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(5);
    private static final Future<List<PartitionBatch>> NOTHING = CompletableFuture.completedFuture(List.of());

    private final Archive archive;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> new Thread(work, "audit-archive"));
    private Future<List<PartitionBatch>> work = NOTHING;

    ArchiveWriter(Archive archive) {
        this.archive = archive;
    }

    boolean isDone() {
        return work.isDone();
    }

    /** Begins to append a batch. The caller has {@linkplain #finish finished} the one before. */
    void submit(ArchiveBatch batch) {
        work = thread.submit(() -> {
            archive.append(batch);
            return batch.batches();
        });
    }

    /**
     * Waits until the submitted batch is appended, 30 s at most for each statement of the database.
     *
     * @return the partition batches that were appended since the last call; empty if nothing was submitted
     * @throws SQLException if the batch could not be appended
     */
    List<PartitionBatch> finish() throws SQLException {
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

    /** Waits for the submitted batch without taking its result, which {@link #finish} still returns. */
    void await() {
        try {
            work.get();
        } catch (ExecutionException e) {
            LOG.debugf(
                    "The batch was not appended and is read again: %s",
                    e.getCause().getMessage());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Lets the submitted batch finish for 5 s, then gives it up: the next owner of the partitions reads it again. */
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

package millrace.replay;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Signal to stop, raised by Ctrl-C or {@code SIGTERM}. The process then waits until the running work has stopped. */
final class ShutdownSignal {
    private final CountDownLatch raised = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);

    static ShutdownSignal ofProcess() {
        var shutdown = new ShutdownSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(shutdown::raiseAndAwait, "stop"));
        return shutdown;
    }

    void raise() {
        raised.countDown();
    }

    boolean isRaised() {
        return raised.getCount() == 0;
    }

    /**
     * Waits until the signal is raised, at most that long.
     *
     * @return true if it was raised
     */
    boolean raisedWithin(Duration time) {
        try {
            return raised.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Reports that the work has stopped: the process may end. */
    void finished() {
        finished.countDown();
    }

    private void raiseAndAwait() {
        raise();
        try {
            finished.await(); // Each stop has its own limit.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

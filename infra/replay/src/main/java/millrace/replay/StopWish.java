package millrace.replay;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The wish to end, by Ctrl-C or {@code SIGTERM}. The process then waits until what runs is stopped. */
final class StopWish {
    private final CountDownLatch wish = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);

    static StopWish ofProcess() {
        var stop = new StopWish();
        Runtime.getRuntime().addShutdownHook(new Thread(stop::wishAndWait, "stop"));
        return stop;
    }

    void wish() {
        wish.countDown();
    }

    boolean isThere() {
        return wish.getCount() == 0;
    }

    /** Waits that long, or less where the wish comes. */
    boolean comesWithin(Duration time) {
        try {
            return wish.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Everything is stopped: the process may end. */
    void done() {
        done.countDown();
    }

    private void wishAndWait() {
        wish();
        try {
            done.await(); // Each stop has its own limit.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

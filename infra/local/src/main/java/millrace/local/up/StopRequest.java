package millrace.local.up;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The wish to end, by Ctrl-C or {@code SIGTERM}. The JVM then waits until everything is stopped. */
final class StopRequest {
    private final CountDownLatch wish = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    static StopRequest ofProcess() {
        var request = new StopRequest();
        Runtime.getRuntime().addShutdownHook(new Thread(request::wishAndWait, "stop"));
        return request;
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

    boolean isThere() {
        return wish.getCount() == 0;
    }

    /** Everything is stopped: the JVM may end. */
    void everythingStopped() {
        stopped.countDown();
    }

    private void wishAndWait() {
        wish.countDown();
        try {
            stopped.await(); // Each stop has its own limit.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

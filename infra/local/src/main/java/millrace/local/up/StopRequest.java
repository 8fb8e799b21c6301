package millrace.local.up;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Request to stop, by Ctrl-C or {@code SIGTERM}. It delays the end of the JVM until everything is stopped. */
final class StopRequest {
    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    static StopRequest ofProcess() {
        var request = new StopRequest();
        Runtime.getRuntime().addShutdownHook(new Thread(request::requestAndWait, "stop"));
        return request;
    }

    /** Waits for the request, at most that long. */
    boolean isRequestedWithin(Duration time) {
        try {
            return requested.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** Reports that everything is stopped: the JVM may end. */
    void everythingStopped() {
        stopped.countDown();
    }

    private void requestAndWait() {
        requested.countDown();
        try {
            stopped.await(); // Each stop has its own limit.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package millrace.bench;

import java.util.concurrent.CountDownLatch;

/** Request to stop before everything is measured, by Ctrl-C or {@code SIGTERM}. */
final class BenchmarkShutdown {
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean requested;

    /**
     * Registers a shutdown hook. After a request it keeps the JVM alive until {@link #allowExit}, so that all started
     * processes can be ended.
     */
    static BenchmarkShutdown ofProcess() {
        var stop = new BenchmarkShutdown();
        Runtime.getRuntime().addShutdownHook(new Thread(stop::await, "stop"));
        return stop;
    }

    /**
     * Checks for a request; to be called before and in every wait.
     *
     * @throws BenchmarkException if there is one
     */
    void check() {
        if (requested) {
            throw new BenchmarkException("Stopped before everything was measured.");
        }
    }

    /** Lets the JVM end. */
    void allowExit() {
        ended.countDown();
    }

    private void await() {
        requested = true;
        try {
            ended.await(); // Every wait has a timeout of its own.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

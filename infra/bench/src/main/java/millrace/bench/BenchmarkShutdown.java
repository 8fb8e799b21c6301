package millrace.bench;

import java.util.concurrent.CountDownLatch;

/** The wish to end before everything is measured, by Ctrl-C or {@code SIGTERM}. */
final class BenchmarkShutdown {
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean wished;
    private volatile Runnable interruption = () -> {};

    /** Holds the JVM, once somebody wants its end, until everything it started has ended. */
    static BenchmarkShutdown ofProcess() {
        var stop = new BenchmarkShutdown();
        Runtime.getRuntime().addShutdownHook(new Thread(stop::await, "stop"));
        return stop;
    }

    /** Ends what is waited for without looking at this. */
    void interruptBy(Runnable action) {
        interruption = action;
    }

    boolean isWished() {
        return wished;
    }

    /** Asked before and while anything is waited for. */
    void check() {
        if (wished) {
            throw new BenchmarkException("Stopped before everything was measured.");
        }
    }

    /** The JVM may end. */
    void everythingHasEnded() {
        ended.countDown();
    }

    private void await() {
        wished = true;
        interruption.run();
        try {
            ended.await(); // What is waited for has limits of its own.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

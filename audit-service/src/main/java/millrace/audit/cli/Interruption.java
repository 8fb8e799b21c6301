package millrace.audit.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C and what a platform ends a process with: the command is asked to stop, and has a while to do so. */
final class Interruption implements AutoCloseable {
    /** Longer than Kafka may be away nobody waits. */
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(70);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::awaitEnd, "interruption");
    private volatile boolean asked;

    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    boolean isAsked() {
        return asked;
    }

    private void awaitEnd() {
        asked = true;
        try {
            ended.await(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command has ended, and has said all that it had to. */
    @Override
    public void close() {
        ended.countDown();
        if (!asked) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException alreadyStopping) {
                asked = true;
            }
        }
    }
}

package millrace.audit.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Handles SIGINT and SIGTERM: asks the command to stop and gives it 70 s to end. */
public final class Interruption implements AutoCloseable {
    /** Longer than the 60 s in which Kafka has to confirm a record. */
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(70);

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean asked;

    public Interruption() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::awaitEnd, "interruption"));
    }

    public boolean isAsked() {
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

    /** Called when the command has ended and printed its report. */
    @Override
    public void close() {
        ended.countDown();
    }
}

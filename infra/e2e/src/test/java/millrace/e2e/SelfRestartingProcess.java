package millrace.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Restarts a process after each end, as the platform does with the processes of the Procfile. */
final class SelfRestartingProcess implements AutoCloseable {
    private static final Duration CHECK_EVERY = Duration.ofMillis(200);

    private final ServiceInstance instance;
    private final Map<String, String> more;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

    SelfRestartingProcess(ServiceInstance instance, Map<String, String> more) {
        this.instance = instance;
        this.more = more;
        scheduler.scheduleWithFixedDelay(this::restartIfEnded, 0, CHECK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void restartIfEnded() {
        if (!instance.isAlive()) {
            try {
                instance.start(more);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        scheduler.close();
        instance.close();
    }
}

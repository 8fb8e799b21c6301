package millrace.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A process that is started again whenever it ends, as the platform does with those of the Procfile. */
final class SelfRestartingProcess implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final ServiceInstance instance;
    private final Map<String, String> more;
    private final ScheduledExecutorService keeper = Executors.newSingleThreadScheduledExecutor();

    SelfRestartingProcess(ServiceInstance instance, Map<String, String> more) {
        this.instance = instance;
        this.more = more;
        keeper.scheduleWithFixedDelay(this::keep, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void keep() {
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
        keeper.close();
        instance.close();
    }
}

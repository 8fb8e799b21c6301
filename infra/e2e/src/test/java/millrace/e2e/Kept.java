package millrace.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** A process that is started again whenever it ends, as the platform does with those of the Procfile. */
final class Kept implements AutoCloseable {
    private static final long LOOK_EVERY_MS = 200;

    private final Instance instance;
    private final Map<String, String> more;
    private final Thread keeper;
    private volatile boolean closed;

    Kept(Instance instance, Map<String, String> more) {
        this.instance = instance;
        this.more = more;
        keeper = Thread.ofPlatform().daemon().name("keeper").start(this::keep);
    }

    private void keep() {
        try {
            while (!closed) {
                if (!instance.isAlive()) {
                    instance.start(more);
                }
                Thread.sleep(LOOK_EVERY_MS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            keeper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        instance.close();
    }
}

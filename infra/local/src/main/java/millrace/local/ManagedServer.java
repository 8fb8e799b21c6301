package millrace.local;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** Something that runs as an operating system's process and can be started again where it has ended. */
public interface ManagedServer {
    String name();

    /** Where it listens; empty where it does not. */
    String address();

    /** Starts it, again or for the first time, with the data of the last time. */
    void start();

    /** The one that was started last. */
    ManagedProcess process();

    /** Whether it does its work now. */
    boolean isReady();

    /** Asks it to end, waits as long as it may take, and kills it then. */
    void stop();

    /** Stops them all at once and waits for the slowest. */
    static void stop(Collection<? extends ManagedServer> servers) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            servers.stream()
                    .map(server -> CompletableFuture.runAsync(server::stop, threads))
                    .toList()
                    .forEach(CompletableFuture::join);
        }
    }
}

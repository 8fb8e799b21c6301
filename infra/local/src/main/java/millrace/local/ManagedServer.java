package millrace.local;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** A server that runs as an operating system process and can be restarted after its end. */
public interface ManagedServer {
    String name();

    /** Address on which it listens; empty if it does not listen. */
    String address();

    /** Starts the server, also after its end, with the data of its last run. */
    void start();

    /** Process that was started last. */
    ManagedProcess process();

    /** Tells whether it serves now. */
    boolean isReady();

    /** Asks the process to end, waits up to its time limit, and then kills it. */
    void stop();

    /** Stops all of them at once and waits for the slowest. */
    static void stop(Collection<? extends ManagedServer> servers) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            servers.stream()
                    .map(server -> CompletableFuture.runAsync(server::stop, threads))
                    .toList()
                    .forEach(CompletableFuture::join);
        }
    }
}

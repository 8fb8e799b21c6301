package millrace.console.call;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import millrace.local.control.ControlException;
import millrace.local.control.PathTable;

/** Paths and methods of the calls, each with its handler. All are added before the server starts. */
public final class ConsoleRoutes {
    private static final Duration WAITS_FOR = Duration.ofSeconds(10);

    private final PathTable<Handler> table = new PathTable<>();
    private final Semaphore large = new Semaphore(1, true);

    /**
     * Answers a call with an object that is written as JSON. Calls come on virtual threads, several at once.
     *
     * @throws ConsoleException for a call that is refused
     */
    @FunctionalInterface
    public interface Handler {
        Object answer(Request request) throws InterruptedException;
    }

    /** @param path such as {@code /api/orders/{id}}: a part in braces is a parameter */
    public ConsoleRoutes get(String path, Handler handler) {
        return add("GET", path, handler);
    }

    /** A call that changes something. */
    public ConsoleRoutes post(String path, Handler handler) {
        return add("POST", path, handler);
    }

    /**
     * Lets a call wait until no other one of this kind runs: it reads much, and the heap has room for one at a time.
     *
     * @throws ConsoleException 429 where they run too long
     */
    public Handler alone(Handler handler) {
        return request -> {
            if (!large.tryAcquire(WAITS_FOR.toSeconds(), TimeUnit.SECONDS)) {
                throw new ConsoleException(429, "Others read much already: try again.");
            }
            try {
                return handler.answer(request);
            } finally {
                large.release();
            }
        };
    }

    private ConsoleRoutes add(String method, String path, Handler handler) {
        table.add(method, path, handler);
        return this;
    }

    /** @throws ControlException 404 where no route has the path, 405 where none of them has the method */
    public PathTable.Match<Handler> find(String method, String rawPath) {
        return table.find(method, rawPath);
    }
}

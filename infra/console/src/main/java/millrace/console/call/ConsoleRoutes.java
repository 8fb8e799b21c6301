package millrace.console.call;

import millrace.local.control.ControlException;
import millrace.local.control.PathTable;

/** Paths and methods of the calls, each with its handler. All are added before the server starts. */
public final class ConsoleRoutes {
    private final PathTable<Handler> table = new PathTable<>();

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

    private ConsoleRoutes add(String method, String path, Handler handler) {
        table.add(method, path, handler);
        return this;
    }

    /** @throws ControlException 404 where no route has the path, 405 where none of them has the method */
    public PathTable.Match<Handler> find(String method, String rawPath) {
        return table.find(method, rawPath);
    }
}

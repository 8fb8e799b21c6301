package millrace.console.call;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Paths and methods of the calls, each with its handler. All are added before the server starts. */
public final class ConsoleRoutes {
    private final List<Route> routes = new ArrayList<>();

    /**
     * Answers a call with an object that is written as JSON. Calls come on virtual threads, several at once.
     *
     * @throws ConsoleException for a call that is refused
     */
    @FunctionalInterface
    public interface Handler {
        Object answer(Request request) throws InterruptedException;
    }

    private record Route(String method, List<String> path, Handler handler) {}

    /** A route that was found, with the parts of the path that are parameters. */
    public record Match(Handler handler, Map<String, String> parameters) {}

    /** @param path such as {@code /api/orders/{id}}: a part in braces is a parameter */
    public ConsoleRoutes get(String path, Handler handler) {
        return add("GET", path, handler);
    }

    /** A call that changes something. */
    public ConsoleRoutes post(String path, Handler handler) {
        return add("POST", path, handler);
    }

    private ConsoleRoutes add(String method, String path, Handler handler) {
        routes.add(new Route(method, List.of(path.split("/")), handler));
        return this;
    }

    /** @throws ConsoleException 404 where no route has the path, 405 where none of them has the method */
    public Match find(String method, String rawPath) {
        var parts = List.of(rawPath.split("/", -1));
        var methods = new TreeSet<String>();
        for (var route : routes) {
            var parameters = parameters(route.path(), parts);
            if (parameters.isPresent()) {
                methods.add(route.method());
                if (route.method().equals(method)) {
                    return new Match(route.handler(), parameters.get());
                }
            }
        }
        if (methods.isEmpty()) {
            throw ConsoleException.notFound("There is no " + rawPath + ".");
        }
        throw new ConsoleException(405, rawPath + " takes " + String.join(", ", methods) + ", not " + method + ".");
    }

    private static Optional<Map<String, String>> parameters(List<String> pattern, List<String> path) {
        if (pattern.size() != path.size()) {
            return Optional.empty();
        }
        var parameters = new LinkedHashMap<String, String>();
        for (var part = 0; part < pattern.size(); part++) {
            var wanted = pattern.get(part);
            if (wanted.startsWith("{")) {
                parameters.put(wanted.substring(1, wanted.length() - 1), decoded(path.get(part)));
            } else if (!wanted.equals(path.get(part))) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }

    /** Decodes a part of a path. */
    public static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ConsoleException.badRequest("The address has a part that cannot be decoded: " + part + ".");
        }
    }
}

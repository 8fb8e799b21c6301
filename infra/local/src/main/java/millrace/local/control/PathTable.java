package millrace.local.control;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** Paths and methods of an API's calls, each with its handler. They can be added while a server runs. */
public final class PathTable<H> {
    private final List<Route<H>> routes = new CopyOnWriteArrayList<>();

    private record Route<H>(String method, List<String> path, H handler) {}

    /** A route that was found, with the decoded parts of the path that are parameters. */
    public record Match<H>(H handler, Map<String, String> parameters) {}

    /** @param path such as {@code /apps/{app}/config-vars}: a part in braces is a parameter */
    public void add(String method, String path, H handler) {
        routes.add(new Route<>(method, List.of(path.split("/")), handler));
    }

    /** @throws ControlException 404 where no route has the path, 405 where none of them has the method */
    public Match<H> find(String method, String rawPath) {
        var parts = List.of(rawPath.split("/", -1));
        var methods = new TreeSet<String>();
        for (var route : routes) {
            var parameters = parameters(route.path(), parts);
            if (parameters.isPresent()) {
                methods.add(route.method());
                if (route.method().equals(method)) {
                    return new Match<>(route.handler(), parameters.get());
                }
            }
        }
        if (methods.isEmpty()) {
            throw ControlException.notFound("There is no " + rawPath + ".");
        }
        throw new ControlException(
                405, "method_not_allowed", rawPath + " takes " + String.join(", ", methods) + ", not " + method + ".");
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

    /**
     * Decodes a part of a path.
     *
     * @throws ControlException 400 where that is not possible
     */
    public static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ControlException.badRequest("The address has a part that cannot be decoded: " + part + ".");
        }
    }
}

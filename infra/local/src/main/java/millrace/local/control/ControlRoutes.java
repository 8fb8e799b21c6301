package millrace.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** Paths and methods of the control API, each with its handler. They can be added while the server runs. */
public final class ControlRoutes {
    private final List<Route> routes = new CopyOnWriteArrayList<>();

    /**
     * Answers a call with an object that is written as JSON, or with null for an empty answer. Calls come on threads of
     * their own, several at once.
     *
     * @throws ControlException for a call that is refused
     */
    @FunctionalInterface
    public interface Handler {
        Object answer(Call call) throws InterruptedException;
    }

    /**
     * A call that was let in.
     *
     * @param parameters decoded parts of the path, by their names in the route
     * @param body JSON of the body; a missing node where there is none
     */
    public record Call(Map<String, String> parameters, JsonNode body) {
        public String parameter(String name) {
            return parameters.get(name);
        }

        /** Text, or number as text, of a field of the body; empty where it is missing, null or blank. */
        public Optional<String> text(String field) {
            return Optional.of(body.path(field))
                    .filter(JsonNode::isValueNode)
                    .filter(value -> !value.isNull())
                    .map(JsonNode::asText)
                    .filter(text -> !text.isBlank());
        }
    }

    private record Route(String method, List<String> path, Handler handler) {}

    record Match(Handler handler, Map<String, String> parameters) {}

    /** @param path such as {@code /apps/{app}/config-vars}: a part in braces is a parameter */
    public ControlRoutes add(String method, String path, Handler handler) {
        routes.add(new Route(method, List.of(path.split("/")), handler));
        return this;
    }

    /** @throws ControlException 404 where no route has the path, 405 where none of them has the method */
    Match find(String method, String rawPath) {
        var parts = List.of(rawPath.split("/"));
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

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ControlException.badRequest("The path has a part that cannot be decoded: " + part + ".");
        }
    }
}

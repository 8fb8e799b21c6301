package millrace.ingest.http;

import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.Map;

/** Endpoints by path and method. A path may have one variable part in braces, which contains no slash. */
public final class Routes {
    private final Map<String, Map<HttpMethod, Endpoint>> routes = new LinkedHashMap<>();
    private final Endpoint afterDefect;

    /** @param afterDefect answers a request whose endpoint has failed by a defect before it published anything */
    public Routes(Endpoint afterDefect) {
        this.afterDefect = afterDefect;
    }

    public void add(HttpMethod method, String path, Endpoint endpoint) {
        routes.computeIfAbsent(path, added -> new LinkedHashMap<>()).put(method, endpoint);
    }

    /** Returns the route of a path, as it was added; {@code null} where there is none. */
    String find(String path) {
        return routes.containsKey(path)
                ? path
                : routes.keySet().stream()
                        .filter(route -> route.indexOf('{') >= 0 && fits(route, path))
                        .findFirst()
                        .orElse(null);
    }

    /** Returns the endpoints of a route by method. */
    Map<HttpMethod, Endpoint> methods(String route) {
        return routes.get(route);
    }

    /** Returns all routes, each with its endpoints by method. */
    Map<String, Map<HttpMethod, Endpoint>> all() {
        return routes;
    }

    Endpoint afterDefect() {
        return afterDefect;
    }

    private static boolean fits(String route, String path) {
        var before = route.substring(0, route.indexOf('{'));
        var after = route.substring(route.indexOf('}') + 1);
        return path.length() > before.length() + after.length()
                && path.startsWith(before)
                && path.endsWith(after)
                && path.indexOf('/', before.length()) == path.length() - after.length();
    }
}

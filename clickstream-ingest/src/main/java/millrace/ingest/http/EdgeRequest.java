package millrace.ingest.http;

import io.vertx.core.http.HttpServerRequest;
import java.security.Principal;
import java.util.Optional;

/**
 * A request with its complete body.
 *
 * @param route path as the route table writes it, which contains no key
 * @param sender of the key in the headers or the query; {@code null} where there is none, or it has not been checked
 *     yet
 * @param body as its sender wrote it: uncompressed
 */
public record EdgeRequest(HttpServerRequest http, String route, Principal sender, byte[] body) {
    /** Returns a copy with another body. */
    public EdgeRequest withBody(byte[] other) {
        return new EdgeRequest(http, route, sender, other);
    }

    public String path() {
        return http.path();
    }

    /** Returns the value of a header; {@code null} where there is none. */
    public String header(String name) {
        return http.getHeader(name);
    }

    /** Returns a parameter of the query; {@code null} where there is none. */
    public String queryParameter(String name) {
        return http.query() == null ? null : http.getParam(name);
    }

    /** Returns the value of the only variable part of the route. */
    public String pathVariable() {
        var from = route.indexOf('{');
        var after = route.length() - route.indexOf('}') - 1;
        return path().substring(from, path().length() - after);
    }

    /** Returns the origin of the page that sent the request; empty where no browser did. */
    public Optional<String> origin() {
        return Optional.ofNullable(header("origin"));
    }
}

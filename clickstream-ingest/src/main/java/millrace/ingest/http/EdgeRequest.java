package millrace.ingest.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import millrace.ingest.source.Source;

/**
 * A request that has come in whole.
 *
 * @param body as its sender wrote it: uncompressed
 * @param route the path as the table of the edge writes it; names no key
 * @param source whose key stands in the headers or the query; {@code null} where nobody's does, or that was not asked yet
 */
public record EdgeRequest(HttpServerRequest request, String route, Source source, byte[] body) {
    /** The same request with another body. */
    public EdgeRequest withBody(byte[] other) {
        return new EdgeRequest(request, route, source, other);
    }

    public String path() {
        return request.path();
    }

    /** {@code null} where there is none. */
    public String header(String name) {
        return request.getHeader(name);
    }

    /** A parameter of the query; {@code null} where there is none. */
    public String param(String name) {
        return request.query() == null ? null : request.getParam(name);
    }

    /** What stands in the path where the route has its only variable part. */
    public String variable() {
        var from = route.indexOf('{');
        var after = route.length() - route.indexOf('}') - 1;
        return path().substring(from, path().length() - after);
    }

    /** Where a page is that sent it; empty where no browser did. */
    public Optional<String> origin() {
        return Optional.ofNullable(header("origin"));
    }
}

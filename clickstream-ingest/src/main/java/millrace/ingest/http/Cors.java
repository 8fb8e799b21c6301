package millrace.ingest.http;

import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;

/**
 * Answers cross-origin requests by the CORS protocol of the Fetch standard. Responses name the page's own origin and
 * mirror the requested headers: SDKs send credentials and headers of their own, which a wildcard does not cover.
 */
@Singleton
class Cors {
    /** Longest {@code Access-Control-Max-Age} that Chromium honours, in seconds. */
    private static final String TWO_HOURS = "7200";

    private final RequestAuthentication authentication;

    Cors(RequestAuthentication authentication) {
        this.authentication = authentication;
    }

    /** Answers a preflight request. It needs no write key, because browsers send preflights without credentials. */
    EdgeResponse preflight(HttpServerRequest request) {
        var headers = new LinkedHashMap<String, String>();
        var method = request.getHeader("access-control-request-method");
        if (method != null && isAllowed(request.getHeader("origin"))) {
            headers.put("access-control-allow-origin", request.getHeader("origin"));
            headers.put("access-control-allow-credentials", "true");
            headers.put("access-control-allow-methods", method);
            var wanted = request.getHeader("access-control-request-headers");
            if (wanted != null) {
                headers.put("access-control-allow-headers", wanted);
            }
            headers.put("access-control-max-age", TWO_HOURS);
        }
        headers.put("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        return new EdgeResponse(204, null, new byte[0], headers);
    }

    /**
     * Adds the headers that let a page of an allowed origin read the response. A 403 gets none, because it may refuse
     * the origin itself.
     */
    void allow(HttpServerRequest request, int status) {
        var origin = request.getHeader("origin");
        if (origin != null && status != 403 && isAllowed(origin)) {
            request.response()
                    .putHeader("access-control-allow-origin", origin)
                    .putHeader("access-control-allow-credentials", "true")
                    .putHeader("access-control-expose-headers", "Retry-After")
                    .putHeader("vary", "Origin");
        }
    }

    private boolean isAllowed(String origin) {
        return origin != null && authentication.anyAllows(origin);
    }
}

package millrace.ingest.http;

import io.vertx.core.http.HttpServerRequest;
import java.security.Principal;

/** Authentication of requests as the server needs it, which itself knows neither keys nor senders. */
public interface RequestAuthentication {
    /**
     * Authenticates a request by the key in its headers or query, so that the body of an unauthenticated request need
     * not be read.
     *
     * @return the sender; {@code null} where neither has a key: it may be in the body
     * @throws ProblemException where the key is unknown or revoked, or the origin is not allowed
     */
    Principal authenticateBeforeBody(HttpServerRequest request);

    /** Returns true where the headers or the query have a key, valid or not. */
    boolean hasKey(HttpServerRequest request);

    /** Returns true where some sender may send from pages of the origin. */
    boolean anyAllows(String origin);
}

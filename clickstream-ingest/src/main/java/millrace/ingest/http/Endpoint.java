package millrace.ingest.http;

import io.vertx.core.Future;

/** Handles the requests of one route. */
@FunctionalInterface
public interface Endpoint {
    /**
     * Handles a request on its event loop.
     *
     * @return the response; may fail with a {@link ProblemException}
     * @throws ProblemException where the request is refused
     */
    Future<EdgeResponse> handle(EdgeRequest request);
}

package millrace.ingest.http;

import io.vertx.core.Future;

/** What one route does with what it is sent. */
@FunctionalInterface
public interface Endpoint {
    /**
     * Answers on the event loop of the request.
     *
     * @throws ProblemException where it is not taken; a future may fail with one, too
     */
    Future<EdgeResponse> answer(EdgeRequest call);
}

package millrace.orders.api;

import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response.Status;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Limits the bodies of requests, except those that correct a dead letter; answers 413 before a longer body is read. */
class BodyLimit {
    static final int LARGEST = 64 * 1024;

    @ServerRequestFilter(preMatching = true)
    void refuse(ContainerRequestContext request) {
        var length = request.getHeaderString("Content-Length");
        boolean corrects = request.getUriInfo().getPath().matches("/?dead-letters/.*");
        if (!corrects && (length == null ? request.getHeaderString("Transfer-Encoding") != null : isTooLong(length))) {
            throw new ClientErrorException(
                    "The body must have a length of at most %d bytes, and say so.".formatted(LARGEST),
                    Status.REQUEST_ENTITY_TOO_LARGE);
        }
    }

    private static boolean isTooLong(String length) {
        return !length.matches("[0-9]{1,9}") || Integer.parseInt(length) > LARGEST;
    }
}

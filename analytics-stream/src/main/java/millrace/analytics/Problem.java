package millrace.analytics;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.core.Response;

/** What went wrong, as RFC 9457 writes it. */
record Problem(String type, String title, int status, String detail) {
    static final String TYPE = "application/problem+json";

    static Problem of(Response.Status status, String detail) {
        return new Problem("about:blank", status.getReasonPhrase(), status.getStatusCode(), detail);
    }

    static BadRequestException badRequest(String detail) {
        return new BadRequestException(Response.status(Response.Status.BAD_REQUEST)
                .type(TYPE)
                .entity(of(Response.Status.BAD_REQUEST, detail))
                .build());
    }
}

package millrace.ingest;

import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns a refusal into the answer that says so. */
class Refusals {
    @ServerExceptionMapper
    public Response answer(Refusal refusal) {
        return refusal.response();
    }
}

package millrace.ingest;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Bounds the bytes that are held at once, in requests and in records that wait for the broker: memory cannot grow. */
@ApplicationScoped
class InFlight {
    private final long limit;
    private final AtomicLong held = new AtomicLong();

    @Inject
    InFlight(IngestConfig config) {
        this(config.maxInFlight().asLongValue());
    }

    InFlight(long limit) {
        this.limit = limit;
    }

    /**
     * Counts a request's body before it is read, until the answer is sent or the client is gone. A body that does not
     * say its length counts as the longest.
     */
    @ServerRequestFilter
    public void admit(RoutingContext request) {
        var length = request.request().getHeader("content-length");
        var bytes = length == null ? Limits.BODY : Long.parseLong(length);
        take(bytes);
        request.addEndHandler(ended -> give(bytes));
    }

    /** @throws Refusal where there is no room now */
    void take(long bytes) {
        if (held.addAndGet(bytes) > limit) {
            held.addAndGet(-bytes);
            throw Refusal.tooBusy();
        }
    }

    /** Gives back what was taken. */
    void give(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Bytes that are held now. */
    long held() {
        return held.get();
    }
}

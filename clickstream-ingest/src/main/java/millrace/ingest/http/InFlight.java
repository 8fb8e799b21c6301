package millrace.ingest.http;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import millrace.ingest.IngestConfig;

/** Bounds the bytes that are held at once, in requests and in records that wait for the broker: memory cannot grow. */
@Singleton
public class InFlight {
    private final long limit;
    private final AtomicLong held = new AtomicLong();

    @Inject
    InFlight(IngestConfig config) {
        this(config.maxInFlight().asLongValue());
    }

    InFlight(long limit) {
        this.limit = limit;
    }

    /** @throws Refusal where there is no room now */
    public void take(long bytes) {
        if (held.addAndGet(bytes) > limit) {
            held.addAndGet(-bytes);
            throw Refusal.tooBusy();
        }
    }

    /** Gives back what was taken. */
    public void give(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Bytes that are held now. */
    public long held() {
        return held.get();
    }
}

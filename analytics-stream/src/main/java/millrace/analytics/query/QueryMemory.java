package millrace.analytics.query;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLong;
import millrace.access.Problem;

/** Memory in which answers are collected, for all questions of the process together. */
@ApplicationScoped
class QueryMemory {
    /** Of a heap of 220 MiB, in which the job itself needs some 100. */
    static final long MAX_BYTES = 64L << 20;

    /** One question may take half of it: some 100,000 groups. */
    static final long MAX_BYTES_OF_ONE = MAX_BYTES / 2;

    private final AtomicLong taken = new AtomicLong();

    /** 503 if the other questions hold too much. */
    void take(long bytes) {
        if (taken.addAndGet(bytes) > MAX_BYTES) {
            taken.addAndGet(-bytes);
            throw Problem.unavailable("Other questions hold the %d MiB that answers may take: ask again later"
                    .formatted(MAX_BYTES >> 20));
        }
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }
}

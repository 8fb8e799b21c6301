package millrace.bench.load;

import java.util.concurrent.TimeUnit;

/** Schedule of the requests of a load. */
sealed interface LoadSchedule {
    /** Returns the due time of the next request; it may be in the past. */
    long due(long now);

    /** Marks the next request as sent. */
    void sent();

    /** @param rate requests a second; 0 to send a request whenever a connection is free */
    static LoadSchedule of(int rate, long start) {
        return rate == 0 ? new WhenFree() : new AtRate(rate, start);
    }

    /** Closed loop: a request is due when the previous one is answered, so a slow server receives fewer requests. */
    final class WhenFree implements LoadSchedule {
        @Override
        public long due(long now) {
            return now;
        }

        @Override
        public void sent() {}
    }

    /** Open loop: request {@code i} is due at {@code start + i / rate}, independent of earlier responses. */
    final class AtRate implements LoadSchedule {
        private final int rate;
        private final long start;
        private long next;

        private AtRate(int rate, long start) {
            this.rate = rate;
            this.start = start;
        }

        @Override
        public long due(long now) {
            return start + next * TimeUnit.SECONDS.toNanos(1) / rate;
        }

        @Override
        public void sent() {
            next++;
        }
    }
}

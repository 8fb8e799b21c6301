package millrace.bench.load;

import java.util.concurrent.TimeUnit;

/** When requests are due. */
sealed interface LoadSchedule {
    /** When the next request is meant to be sent; that can be long ago. */
    long due(long now);

    /** The next request is sent: another is next. */
    void sent();

    /** @param rate requests a second; 0 for one whenever a connection is free */
    static LoadSchedule of(int rate, long start) {
        return rate == 0 ? new WhenFree() : new AtRate(rate, start);
    }

    /** A closed loop: the next is due when the one before is answered, so a slow server is asked less. */
    final class WhenFree implements LoadSchedule {
        @Override
        public long due(long now) {
            return now;
        }

        @Override
        public void sent() {}
    }

    /** An open loop: request {@code i} is due at {@code start + i / rate}, whatever became of those before it. */
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

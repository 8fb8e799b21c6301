package millrace.feed;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongFunction;

/**
 * Parameters that determine a simulation: two simulations with the same name have identical events.
 *
 * @param name prefix of all its ids
 * @param time time of the event with a given number
 */
record SimulationPlan(String name, TrafficMix mix, LongFunction<Instant> time) {
    /** Default simulated time between two events. */
    static final Duration DEFAULT_STEP = Duration.ofSeconds(3);

    /** Maximum simulated time, so that simulations of different seeds do not overlap. */
    private static final Duration MAX_DURATION = Duration.ofDays(10);

    private static final Instant LATEST_START = Instant.parse("2024-12-16T09:00:00Z");
    private static final Duration BETWEEN_STARTS = Duration.ofDays(14);
    private static final int STARTS = 240;

    /**
     * Returns a plan in the past. Each seed has days of its own, shared only with seeds that differ by a multiple of
     * 240. The same seed with another step or mix is another simulation with its own name, ids and days.
     *
     * @param step simulated time between two events
     * @param events number of events
     */
    static SimulationPlan seeded(long seed, Duration step, long events, TrafficMix mix) {
        if (!step.isPositive()) {
            throw new FeedException("Simulated time must go on: --speed must be above 0.");
        }
        if (step.multipliedBy(events).compareTo(MAX_DURATION) > 0) {
            throw new FeedException(
                    "That would be %d simulated days, and a seed has %d: give a lower --speed or a shorter --for."
                            .formatted(step.multipliedBy(events).toDays(), MAX_DURATION.toDays()));
        }
        var isUsual = step.equals(DEFAULT_STEP) && mix.equals(TrafficMix.DEFAULT);
        var variant = isUsual ? "" : "-" + DeterministicIds.of(step, mix).substring(0, 6);
        var slot = Math.floorMod(seed + variant.hashCode(), STARTS);
        var start = LATEST_START.minus(BETWEEN_STARTS.multipliedBy(slot));
        return new SimulationPlan(
                "seed-" + seed + variant, mix, number -> millis(start.plus(step.multipliedBy(number))));
    }

    /** Returns a plan at the current time, with a new name at every call. */
    static SimulationPlan live(TrafficMix mix) {
        var name = "live-"
                + DeterministicIds.of(System.nanoTime(), ProcessHandle.current().pid(), Instant.now())
                        .substring(0, 12);
        return new SimulationPlan(name, mix, number -> millis(Instant.now()));
    }

    /** Returns the seed of the random numbers. */
    long seed() {
        return Long.parseUnsignedLong(DeterministicIds.of(name).substring(0, 16), 16);
    }

    private static Instant millis(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS);
    }
}

package millrace.feed;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongFunction;

/**
 * What a simulation follows from: two of the same name are the same event by event.
 *
 * @param name begins every id of it
 * @param time when the event of that number happens
 */
record SimulationPlan(String name, TrafficMix mix, LongFunction<Instant> time) {
    /** Simulated time between two events unless told otherwise. */
    static final Duration DEFAULT_STEP = Duration.ofSeconds(3);

    /** How long a simulation may last by its own clock, so that its events are in nobody else's days. */
    private static final Duration MAX_DURATION = Duration.ofDays(10);

    private static final Instant LATEST_START = Instant.parse("2024-12-16T09:00:00Z");
    private static final Duration BETWEEN_STARTS = Duration.ofDays(14);
    private static final int STARTS = 240;

    /**
     * In the past, in days of its own: another seed has others, unless it is a multiple of 240 away. The same seed with
     * another step or mix is another simulation, with its own name, ids and days.
     *
     * @param step simulated time between two events
     * @param events how many there will be
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

    /** Now, and never the same again. */
    static SimulationPlan live(TrafficMix mix) {
        var name = "live-"
                + DeterministicIds.of(System.nanoTime(), ProcessHandle.current().pid(), Instant.now())
                        .substring(0, 12);
        return new SimulationPlan(name, mix, number -> millis(Instant.now()));
    }

    /** Where its dice begin. */
    long seed() {
        return Long.parseUnsignedLong(DeterministicIds.of(name).substring(0, 16), 16);
    }

    private static Instant millis(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS);
    }
}

package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Memory of the oracle while a simulation runs. */
class SimulationOracleMemoryTest {
    @Test
    void memory_does_not_grow_with_the_number_of_events() {
        var plan = SimulationPlan.seeded(7, Duration.ofSeconds(1), 100_000, TrafficMix.DEFAULT);
        var simulation = new ShopperSimulation(plan);
        var oracle = new SimulationOracle(plan);
        var most = 0;

        for (var sent = 0; sent < 100_000; sent++) {
            oracle.add(simulation.next());
            most = Math.max(most, sent % 100 == 0 ? oracle.size() : 0);
        }

        assertThat(most).isBetween(40, 3_000);
        assertThat(oracle.aggregates().visits()).isGreaterThan(2_000);
    }

    @Test
    void visits_that_never_end_do_not_grow_either() {
        var plan = SimulationPlan.seeded(7, Duration.ofMillis(1), 100_000, TrafficMix.DEFAULT);
        var simulation = new ShopperSimulation(plan);
        var oracle = new SimulationOracle(plan);

        for (var sent = 0; sent < 100_000; sent++) {
            oracle.add(simulation.next());
        }

        assertThat(oracle.size()).isLessThan(3_000);
    }
}

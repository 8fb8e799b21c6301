package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import millrace.feed.SimulatedMessage.Disposition;
import org.junit.jupiter.api.Test;

/** Session rules of the oracle. */
class SimulationOracleTest {
    private static final SimulationPlan PLAN =
            SimulationPlan.seeded(7, SimulationPlan.DEFAULT_STEP, 1, TrafficMix.DEFAULT);
    private static final Instant START = PLAN.time().apply(0);

    private final SimulationOracle oracle = new SimulationOracle(PLAN);
    private int views;

    @Test
    void silence_of_30_minutes_does_not_end_a_visit() {
        view("a", Duration.ZERO);
        view("a", Duration.ofMinutes(30));

        assertThat(oracle.aggregates().visits()).isEqualTo(1);
    }

    @Test
    void longer_silence_ends_a_visit() {
        view("a", Duration.ZERO);
        view("a", Duration.ofMinutes(30).plusMillis(1));

        assertThat(oracle.aggregates().visits()).isEqualTo(2);
    }

    @Test
    void a_view_that_comes_out_of_order_joins_what_it_lies_between() {
        view("a", Duration.ZERO);
        view("a", Duration.ofMinutes(50));
        view("a", Duration.ofMinutes(25));
        view("b", Duration.ofMinutes(25));

        assertThat(oracle.aggregates().visits()).isEqualTo(2);
    }

    @Test
    void the_span_is_of_full_hours_and_its_end_is_after_the_last_event() {
        view("a", Duration.ofMinutes(60));

        assertThat(oracle.aggregates().from()).isEqualTo(START);
        assertThat(oracle.aggregates().to()).isEqualTo(START.plus(Duration.ofHours(2)));
    }

    private void view(String visitor, Duration afterStart) {
        var view = FeedMessage.page("view-" + ++views, visitor, START.plus(afterStart), "/");
        oracle.add(new SimulatedMessage(view, Disposition.ON_TIME));
    }
}

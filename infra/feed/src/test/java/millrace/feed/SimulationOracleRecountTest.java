package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle, which forgets events, against a recount of all events. */
class SimulationOracleRecountTest {
    private static final int EVENTS = 3_000;

    static Stream<SimulationPlan> plans() {
        return Stream.of(
                SimulationPlan.seeded(7, Duration.ofSeconds(120), EVENTS, TrafficMix.DEFAULT),
                SimulationPlan.seeded(8, Duration.ofSeconds(120), EVENTS, new TrafficMix(10, 60, 1, 1)),
                SimulationPlan.seeded(9, Duration.ofSeconds(2), EVENTS, new TrafficMix(30, 50, 0, 0)));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void forgotten_events_are_counted_like_in_a_recount(SimulationPlan plan) {
        var simulation = new ShopperSimulation(plan);
        var oracle = new SimulationOracle(plan);
        var sent = new ArrayList<JsonNode>();
        for (var event = 0; event < EVENTS; event++) {
            var simulated = simulation.next();
            oracle.add(simulated);
            if (simulated.disposition() != SimulatedMessage.Disposition.MALFORMED) {
                sent.add(simulated.message().body());
            }
        }

        var right = oracle.aggregates();
        var recount = new DeliveredEventsRecount(sent);
        assertThat(right.visits()).isEqualTo(recount.visits().visits());
        var funnel = new TreeMap<String, List<Long>>();
        right.funnel()
                .forEach((name, row) -> funnel.put(
                        name, List.of(row.visits(), row.products(), row.carts(), row.checkouts(), row.orders())));
        assertThat(funnel).isEqualTo(recount.visits().funnel());
        assertThat(right.ordersPerCampaign()).isEqualTo(recount.visits().ordersPerCampaign());
        assertThat(right.abandonedPerProduct()).isEqualTo(recount.visits().abandoned(right.cartsBefore()));
        assertThat(right.refundsCount()).isEqualTo(recount.refundsPaid().size());
        assertThat(right.refundsRefused()).isEqualTo(recount.refundsRefused());
        assertThat(right.ordersAccepted()).isEqualTo(recount.ordersWhere(true).size());
    }

    @ParameterizedTest
    @MethodSource("plans")
    void no_event_is_delayed_beyond_the_limit(SimulationPlan plan) {
        var simulation = new ShopperSimulation(plan);
        var first = plan.time().apply(0);
        var step = Duration.between(first, plan.time().apply(1));

        for (var sent = 0; sent < EVENTS; sent++) {
            var simulated = simulation.next();
            if (simulated.counts()) {
                var happened = Duration.between(
                                first,
                                DeliveredEventsRecount.time(simulated.message().body()))
                        .dividedBy(step);
                assertThat(sent - happened).isBetween(0L, (long) ShopperSimulation.MAX_DELAY);
            }
        }
    }
}

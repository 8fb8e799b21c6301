package millrace.feed;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import millrace.feed.SimulatedMessage.Disposition;
import org.junit.jupiter.api.Test;

/** The messages of simulated shoppers. */
class ShopperSimulationTest {
    private static final int EVENTS = 10_000;
    private static final Duration ALLOWED_LATENESS = Duration.ofHours(24);

    @Test
    void the_same_seed_is_the_same_events() {
        assertThat(messages(plan(7, SimulationPlan.DEFAULT_STEP, TrafficMix.DEFAULT)))
                .isEqualTo(messages(plan(7, SimulationPlan.DEFAULT_STEP, TrafficMix.DEFAULT)));
    }

    @Test
    void another_seed_step_or_mix_has_other_ids_and_other_days() {
        var plans = List.of(
                plan(7, SimulationPlan.DEFAULT_STEP, TrafficMix.DEFAULT),
                plan(8, SimulationPlan.DEFAULT_STEP, TrafficMix.DEFAULT),
                plan(7, Duration.ofSeconds(2), TrafficMix.DEFAULT),
                plan(7, SimulationPlan.DEFAULT_STEP, new TrafficMix(0, 0, 0, 0)));

        assertThat(plans).extracting(plan -> plan.time().apply(0)).doesNotHaveDuplicates();
        assertThat(plans).flatExtracting(plan -> ids(messages(plan))).doesNotHaveDuplicates();
    }

    @Test
    void a_duplicate_was_sent_before() {
        var sent = new HashSet<FeedMessage>();

        assertThat(messages(plan()))
                .allSatisfy(simulated -> assertThat(sent.add(simulated.message()))
                        .isEqualTo(simulated.disposition() != Disposition.DUPLICATE));
    }

    @Test
    void a_late_event_is_behind_the_grace_of_what_its_visitor_did_before_and_no_other_is() {
        var clocks = new HashMap<String, Instant>();

        for (var simulated : messages(plan())) {
            var body = simulated.message().body();
            if (simulated.message().kind() == FeedMessage.Kind.CLICK
                    && simulated.disposition() != Disposition.MALFORMED) {
                var clock = clocks.merge(
                        body.path("anonymousId").asText(),
                        DeliveredEventsRecount.time(body),
                        ShopperSimulationTest::later);
                assertThat(DeliveredEventsRecount.time(body).isBefore(clock.minus(ALLOWED_LATENESS)))
                        .isEqualTo(simulated.disposition() == Disposition.LATE);
            }
        }
    }

    @Test
    void events_on_time_are_never_behind_the_latest_event_and_events_out_of_order_are() {
        var latest = Instant.MIN;
        var behind = 0;

        for (var simulated : messages(plan())) {
            var body = simulated.message().body();
            if (simulated.disposition() == Disposition.ON_TIME) {
                assertThat(DeliveredEventsRecount.time(body)).isAfterOrEqualTo(latest);
                latest = DeliveredEventsRecount.time(body);
            } else if (simulated.disposition() == Disposition.OUT_OF_ORDER
                    && DeliveredEventsRecount.time(body).isBefore(latest)) {
                behind++;
            }
        }

        assertThat(behind).isGreaterThan(EVENTS / 50);
    }

    @Test
    void a_refund_or_cancellation_follows_its_order() {
        var orders = new HashSet<String>();

        for (var simulated : messages(plan())) {
            var body = simulated.message().body();
            orders.add(body.path("orderId").asText());
            if (body.path("event").asText().startsWith("Order ") && simulated.disposition() != Disposition.MALFORMED) {
                assertThat(orders).contains(body.at("/properties/order_id").asText());
            }
        }
    }

    @Test
    void everything_malformed_has_a_fault_and_nothing_else_has() {
        assertThat(messages(plan()))
                .allSatisfy(simulated -> assertThat(faults(simulated.message()).isEmpty())
                        .isEqualTo(simulated.disposition() != Disposition.MALFORMED));
    }

    @Test
    void every_share_is_about_the_configured_one() {
        var simulated = messages(plan(7, SimulationPlan.DEFAULT_STEP, new TrafficMix(10, 8, 5, 3)));

        assertThat(share(simulated, Disposition.DUPLICATE)).isBetween(7.0, 10.0); // of those that count
        assertThat(share(simulated, Disposition.OUT_OF_ORDER)).isBetween(6.0, 10.0);
        assertThat(share(simulated, Disposition.LATE)).isBetween(3.5, 6.5);
        assertThat(share(simulated, Disposition.MALFORMED)).isBetween(2.0, 4.0);
    }

    @Test
    void shares_above_the_maximum_are_refused() {
        assertThatThrownBy(() -> new TrafficMix(50, 20, 10, 1))
                .isInstanceOf(FeedException.class)
                .hasMessageContaining("80 percent");
        assertThatThrownBy(() -> new TrafficMix(-1, 0, 0, 0)).isInstanceOf(FeedException.class);
    }

    private static SimulationPlan plan() {
        return plan(7, SimulationPlan.DEFAULT_STEP, TrafficMix.DEFAULT);
    }

    private static SimulationPlan plan(long seed, Duration step, TrafficMix mix) {
        return SimulationPlan.seeded(seed, step, EVENTS, mix);
    }

    private static List<SimulatedMessage> messages(SimulationPlan plan) {
        return Stream.generate(new ShopperSimulation(plan)::next).limit(EVENTS).toList();
    }

    private static Set<String> ids(List<SimulatedMessage> messages) {
        return messages.stream().map(simulated -> simulated.message().id()).collect(toSet());
    }

    private static List<String> faults(FeedMessage message) {
        return switch (message.kind()) {
            case CLICK -> EdgeProtocolRules.faultsOfClick(message.body());
            case ORDER -> EdgeProtocolRules.faultsOfOrder(message.body());
        };
    }

    private static double share(List<SimulatedMessage> messages, Disposition disposition) {
        return 100.0
                * messages.stream()
                        .filter(simulated -> simulated.disposition() == disposition)
                        .count()
                / messages.size();
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}

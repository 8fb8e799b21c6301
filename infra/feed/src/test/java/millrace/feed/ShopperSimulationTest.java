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
import millrace.feed.Planned.Fate;
import org.junit.jupiter.api.Test;

/** What simulated shoppers do. */
class CrowdTest {
    private static final int EVENTS = 10_000;
    private static final Duration GRACE = Duration.ofHours(24);

    @Test
    void the_same_seed_is_the_same_events() {
        assertThat(messages(plan(7, Plan.USUAL_STEP, Mix.USUAL)))
                .isEqualTo(messages(plan(7, Plan.USUAL_STEP, Mix.USUAL)));
    }

    @Test
    void another_seed_step_or_mix_has_other_ids_and_other_days() {
        var plans = List.of(
                plan(7, Plan.USUAL_STEP, Mix.USUAL),
                plan(8, Plan.USUAL_STEP, Mix.USUAL),
                plan(7, Duration.ofSeconds(2), Mix.USUAL),
                plan(7, Plan.USUAL_STEP, new Mix(0, 0, 0, 0)));

        assertThat(plans).extracting(plan -> plan.time().apply(0)).doesNotHaveDuplicates();
        assertThat(plans).flatExtracting(plan -> ids(messages(plan))).doesNotHaveDuplicates();
    }

    @Test
    void a_duplicate_was_sent_before() {
        var sent = new HashSet<Message>();

        assertThat(messages(plan()))
                .allSatisfy(
                        planned -> assertThat(sent.add(planned.message())).isEqualTo(planned.fate() != Fate.DUPLICATE));
    }

    @Test
    void a_late_event_is_behind_the_grace_of_what_its_visitor_did_before_and_no_other_is() {
        var clocks = new HashMap<String, Instant>();

        for (var planned : messages(plan())) {
            var body = planned.message().body();
            if (planned.message().kind() == Message.Kind.CLICK && planned.fate() != Fate.MALFORMED) {
                var clock = clocks.merge(body.path("anonymousId").asText(), Recount.time(body), CrowdTest::later);
                assertThat(Recount.time(body).isBefore(clock.minus(GRACE))).isEqualTo(planned.fate() == Fate.LATE);
            }
        }
    }

    @Test
    void what_is_on_time_is_never_behind_the_latest_event_and_what_is_out_of_order_is() {
        var latest = Instant.MIN;
        var behind = 0;

        for (var planned : messages(plan())) {
            var body = planned.message().body();
            if (planned.fate() == Fate.ON_TIME) {
                assertThat(Recount.time(body)).isAfterOrEqualTo(latest);
                latest = Recount.time(body);
            } else if (planned.fate() == Fate.OUT_OF_ORDER && Recount.time(body).isBefore(latest)) {
                behind++;
            }
        }

        assertThat(behind).isGreaterThan(EVENTS / 50);
    }

    @Test
    void what_is_asked_of_an_order_comes_after_it() {
        var orders = new HashSet<String>();

        for (var planned : messages(plan())) {
            var body = planned.message().body();
            orders.add(body.path("orderId").asText());
            if (body.path("event").asText().startsWith("Order ") && planned.fate() != Fate.MALFORMED) {
                assertThat(orders).contains(body.at("/properties/order_id").asText());
            }
        }
    }

    @Test
    void everything_malformed_has_a_fault_and_nothing_else_has() {
        assertThat(messages(plan()))
                .allSatisfy(planned ->
                        assertThat(faults(planned.message()).isEmpty()).isEqualTo(planned.fate() != Fate.MALFORMED));
    }

    @Test
    void every_share_is_about_what_was_asked_for() {
        var planned = messages(plan(7, Plan.USUAL_STEP, new Mix(10, 8, 5, 3)));

        assertThat(share(planned, Fate.DUPLICATE)).isBetween(7.0, 10.0); // of those that count
        assertThat(share(planned, Fate.OUT_OF_ORDER)).isBetween(6.0, 10.0);
        assertThat(share(planned, Fate.LATE)).isBetween(3.5, 6.5);
        assertThat(share(planned, Fate.MALFORMED)).isBetween(2.0, 4.0);
    }

    @Test
    void shares_that_leave_nothing_in_line_are_refused() {
        assertThatThrownBy(() -> new Mix(50, 20, 10, 1))
                .isInstanceOf(CannotFeed.class)
                .hasMessageContaining("80 percent");
        assertThatThrownBy(() -> new Mix(-1, 0, 0, 0)).isInstanceOf(CannotFeed.class);
    }

    private static Plan plan() {
        return plan(7, Plan.USUAL_STEP, Mix.USUAL);
    }

    private static Plan plan(long seed, Duration step, Mix mix) {
        return Plan.seeded(seed, step, EVENTS, mix);
    }

    private static List<Planned> messages(Plan plan) {
        return Stream.generate(new Crowd(plan)::next).limit(EVENTS).toList();
    }

    private static Set<String> ids(List<Planned> messages) {
        return messages.stream().map(planned -> planned.message().id()).collect(toSet());
    }

    private static List<String> faults(Message message) {
        return switch (message.kind()) {
            case CLICK -> Form.faultsOfClick(message.body());
            case ORDER -> Form.faultsOfOrder(message.body());
        };
    }

    private static double share(List<Planned> messages, Fate fate) {
        return 100.0
                * messages.stream().filter(planned -> planned.fate() == fate).count()
                / messages.size();
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}

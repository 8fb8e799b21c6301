package millrace.orders;

import static millrace.events.OrderState.Status.ACCEPTED;
import static millrace.events.OrderState.Status.CANCELLED;
import static millrace.events.OrderState.Status.ON_ACCOUNT;
import static millrace.events.OrderState.Status.REFUNDED;
import static millrace.events.OrderState.Status.REJECTED;
import static millrace.orders.Asked.NOON;
import static millrace.orders.Asked.cancellation;
import static millrace.orders.Asked.change;
import static millrace.orders.Asked.line;
import static millrace.orders.Asked.order;
import static millrace.orders.Asked.refund;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderEvent.OrderCancelled;
import millrace.events.OrderEvent.OrderRefunded;
import millrace.events.OrderEvent.OrderRejected;
import millrace.events.OrderEvent.TransitionRefused;
import millrace.events.OrderState;
import millrace.events.OrderState.Status;
import millrace.events.TransactionEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What follows from what, for every status and every request. */
class LifecycleTest {
    private Optional<OrderState> state = Optional.empty();
    private long version;

    @Test
    void an_order_is_accepted_with_the_sum_of_its_lines() {
        var event = (OrderAccepted) ask(order("e1", "1"));

        assertThat(event.totalMinor()).isEqualTo(1050);
        assertThat(event.country()).isEqualTo("France");
        assertThat(event.source()).isEqualTo("shop");
        assertThat(event.timestamp()).isEqualTo(NOON);
        assertThat(state.orElseThrow().status()).isEqualTo(ACCEPTED);
    }

    @Test
    void an_order_without_a_country_says_so() {
        var event = (OrderRefunded) ask(refund("e1", "1", "GBP", 5));

        assertThat(event.country()).isEqualTo("unknown");
    }

    @Test
    void a_faulty_order_is_kept_and_worth_nothing() {
        var event = (OrderRejected) ask(order("e1", "1", "ABC", null, line(-3, 100)));

        assertThat(event.reasons()).hasSize(2);
        var kept = state.orElseThrow();
        assertThat(kept.status()).isEqualTo(REJECTED);
        assertThat(kept.totalMinor()).isZero();
        assertThat(kept.currency()).isEqualTo("XXX");
        assertThat(kept.lines()).hasSize(1);
        assertThat(kept.reasons()).isEqualTo(event.reasons());
    }

    @Test
    void refunds_add_up_until_all_is_paid_back() {
        ask(order("e1", "1"));

        ask(refund("e2", "1", "GBP", 1000));
        assertThat(state.orElseThrow().status()).isEqualTo(ACCEPTED);
        var last = (OrderRefunded) ask(refund("e3", "1", "GBP", 50));

        assertThat(last.onAccount()).isFalse();
        assertThat(last.country()).isEqualTo("France");
        assertThat(state.orElseThrow().status()).isEqualTo(REFUNDED);
        assertThat(state.orElseThrow().refundedMinor()).isEqualTo(1050);
    }

    @Test
    void a_refund_of_an_unknown_order_is_kept_on_account_and_further_ones_add_up() {
        var first = (OrderRefunded) ask(refund("e1", "C1", "GBP", 500));
        ask(refund("e2", "C1", "GBP", 25));

        assertThat(first.onAccount()).isTrue();
        assertThat(state.orElseThrow().status()).isEqualTo(ON_ACCOUNT);
        assertThat(state.orElseThrow().refundedMinor()).isEqualTo(525);
        assertThat(state.orElseThrow().totalMinor()).isZero();
    }

    @Test
    void a_cancelled_order_says_why() {
        ask(order("e1", "1"));

        var event = (OrderCancelled) ask(cancellation("e2", "1", "changed my mind"));

        assertThat(event.totalMinor()).isEqualTo(1050);
        assertThat(state.orElseThrow().status()).isEqualTo(CANCELLED);
        assertThat(state.orElseThrow().reasons()).containsExactly("changed my mind");
        assertThat(state.orElseThrow().changedAt()).isEqualTo(NOON.plusSeconds(60));
    }

    @Test
    void a_refusal_counts_a_version_and_changes_nothing_else() {
        ask(order("e1", "1"));
        var before = state.orElseThrow();

        var event = (TransitionRefused) ask(refund("e2", "1", "GBP", 1051));

        assertThat(event.reason())
                .isEqualTo("A refund of 10.51 GBP cannot be taken from the 10.50 GBP that is left of order 1.");
        assertThat(state.orElseThrow().version()).isEqualTo(2);
        assertThat(state.orElseThrow())
                .usingRecursiveComparison()
                .ignoringFields("version")
                .isEqualTo(before);
    }

    @Test
    void an_order_that_was_only_asked_about_can_still_be_placed() {
        assertThat(ask(cancellation("e1", "1", null))).isInstanceOf(TransitionRefused.class);
        assertThat(state).isEmpty();

        assertThat(ask(order("e2", "1")).version()).isEqualTo(2);
        assertThat(state.orElseThrow().status()).isEqualTo(ACCEPTED);
    }

    @Test
    void the_same_cause_has_the_same_answer() {
        var first = ask(order("e1", "1"));
        state = Optional.empty();
        version = 0;

        assertThat(ask(order("e1", "1"))).isEqualTo(first);
        assertThat(first.causedBy()).isEqualTo("e1");
    }

    static Stream<Status> statuses() {
        return Stream.of(Status.values());
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void an_id_is_taken_whatever_became_of_the_order(Status status) {
        state = Optional.of(known(status, 0));

        assertThat(ask(order("e9", "1"))).isInstanceOf(TransitionRefused.class);
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void only_accepted_orders_are_cancelled(Status status) {
        state = Optional.of(known(status, 0));

        assertThat(ask(cancellation("e9", "1", null)) instanceof OrderCancelled).isEqualTo(status == ACCEPTED);
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void only_accepted_orders_and_accounts_are_refunded(Status status) {
        state = Optional.of(known(status, 0));

        assertThat(ask(refund("e9", "1", "GBP", 1)) instanceof OrderRefunded)
                .isEqualTo(status == ACCEPTED || status == ON_ACCOUNT);
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void what_was_ordered_is_not_changed_any_more(Status status) {
        state = Optional.of(known(status, 0));

        assertThat(((TransitionRefused) ask(change("e9", "1"))).reason())
                .endsWith(": its lines cannot be changed. Cancel it and place another.");
    }

    static Stream<TransactionEvent> hopeless() {
        return Stream.of(
                refund("e9", "1", "GBP", 0),
                refund("e9", "1", "GBP", -1),
                refund("e9", "1", "EUR", 1),
                refund("e9", "1", null, 1),
                refund("e9", "1", "GBP", Long.MAX_VALUE),
                cancellation("e9", "1", "too late"));
    }

    @ParameterizedTest
    @MethodSource("hopeless")
    void what_cannot_be_granted_is_refused(TransactionEvent asked) {
        for (var status : new Status[] {ACCEPTED, ON_ACCOUNT}) {
            state = Optional.of(known(status, 10));

            assertThat(ask(asked)).isInstanceOf(TransitionRefused.class);
        }
    }

    private static OrderState known(Status status, long refunded) {
        var placed = order("e1", "1");
        return new OrderState(
                "1", 1, status, "France", "GBP", 1050, refunded, placed.lines(), java.util.List.of(), NOON, NOON);
    }

    private millrace.events.OrderEvent ask(TransactionEvent asked) {
        var change = Lifecycle.answer(state, ++version, asked);
        state = change.state();
        return change.event();
    }
}

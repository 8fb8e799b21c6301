package millrace.orders;

import static millrace.events.OrderState.Status.ACCEPTED;
import static millrace.events.OrderState.Status.CANCELLED;
import static millrace.events.OrderState.Status.DELIVERED;
import static millrace.events.OrderState.Status.ERASED;
import static millrace.events.OrderState.Status.ON_ACCOUNT;
import static millrace.events.OrderState.Status.PAID;
import static millrace.events.OrderState.Status.REFUNDED;
import static millrace.events.OrderState.Status.REJECTED;
import static millrace.events.OrderState.Status.SHIPPED;
import static millrace.orders.Asked.NOON;
import static millrace.orders.Asked.arrived;
import static millrace.orders.Asked.cancellation;
import static millrace.orders.Asked.change;
import static millrace.orders.Asked.erasure;
import static millrace.orders.Asked.line;
import static millrace.orders.Asked.order;
import static millrace.orders.Asked.payment;
import static millrace.orders.Asked.refund;
import static millrace.orders.Asked.sent;
import static millrace.orders.Asked.unpaid;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderEvent.OrderCancelled;
import millrace.events.OrderEvent.OrderDelivered;
import millrace.events.OrderEvent.OrderErased;
import millrace.events.OrderEvent.OrderPaid;
import millrace.events.OrderEvent.OrderRefunded;
import millrace.events.OrderEvent.OrderRejected;
import millrace.events.OrderEvent.OrderShipped;
import millrace.events.OrderEvent.TransitionRefused;
import millrace.events.OrderState;
import millrace.events.TransactionEvent;
import org.junit.jupiter.api.Test;

/** What becomes of one order, transaction by transaction. */
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
        assertThat(state.orElseThrow().status()).isEqualTo(PAID);
    }

    @Test
    void an_order_is_paid_shipped_and_delivered_in_that_order() {
        ask(unpaid("e1", "1"));
        assertThat(state.orElseThrow().status()).isEqualTo(ACCEPTED);

        assertThat(((OrderPaid) ask(payment("e2", "1", "GBP", 1050))).amountMinor())
                .isEqualTo(1050);
        assertThat(state.orElseThrow().status()).isEqualTo(PAID);
        assertThat(ask(sent("e3", "1"))).isInstanceOf(OrderShipped.class);
        assertThat(state.orElseThrow().status()).isEqualTo(SHIPPED);
        assertThat(ask(arrived("e4", "1"))).isInstanceOf(OrderDelivered.class);
        assertThat(state.orElseThrow().status()).isEqualTo(DELIVERED);
        assertThat(state.orElseThrow().version()).isEqualTo(4);
    }

    @Test
    void only_the_whole_sum_pays_an_order() {
        ask(unpaid("e1", "1"));

        var less = (TransitionRefused) ask(payment("e2", "1", "GBP", 1049));
        var other = (TransitionRefused) ask(payment("e3", "1", "EUR", 1050));

        assertThat(less.reason()).isEqualTo("Order 1 is accepted, and 10.50 GBP are to be paid, not 10.49 GBP.");
        assertThat(other.reason()).isEqualTo("Order 1 is accepted, and 10.50 GBP are to be paid, not 10.50 EUR.");
    }

    @Test
    void a_cancelled_order_pays_back_what_is_left_of_the_payment() {
        ask(order("e1", "1"));
        ask(refund("e2", "1", "GBP", 50));

        var event = (OrderCancelled) ask(cancellation("e3", "1", "late"));

        assertThat(event.refundedMinor()).isEqualTo(1000);
        assertThat(state.orElseThrow().refundedMinor()).isEqualTo(1050);
    }

    @Test
    void of_an_erased_order_nothing_is_left_but_that_it_was() {
        ask(order("e1", "1"));

        assertThat(ask(erasure("e2", "1"))).isInstanceOf(OrderErased.class);

        var left = state.orElseThrow();
        assertThat(left.status()).isEqualTo(ERASED);
        assertThat(left.lines()).isEmpty();
        assertThat(left.country()).isNull();
        assertThat(left.totalMinor()).isZero();
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
    void a_refund_that_names_no_amount_is_of_all_that_is_left() {
        ask(order("e1", "1"));
        ask(refund("e2", "1", "GBP", 1000));
        var last = (OrderRefunded) ask(refund("e3", "1", null, 0));

        assertThat(last.amountMinor()).isEqualTo(50);
        assertThat(state.orElseThrow().status()).isEqualTo(REFUNDED);
    }

    @Test
    void refunds_add_up_until_all_is_paid_back() {
        ask(order("e1", "1"));

        ask(refund("e2", "1", "GBP", 1000));
        assertThat(state.orElseThrow().status()).isEqualTo(PAID);
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
        assertThat(state.orElseThrow().status()).isEqualTo(PAID);
    }

    @Test
    void the_same_cause_has_the_same_answer() {
        var first = ask(order("e1", "1"));
        state = Optional.empty();
        version = 0;

        assertThat(ask(order("e1", "1"))).isEqualTo(first);
        assertThat(first.causedBy()).isEqualTo("e1");
    }

    private OrderEvent ask(TransactionEvent asked) {
        var change = Lifecycle.answer(state, ++version, asked);
        state = change.state();
        return change.event();
    }
}

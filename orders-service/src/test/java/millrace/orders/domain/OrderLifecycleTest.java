package millrace.orders.domain;

import static millrace.events.OrderState.Status.ACCEPTED;
import static millrace.events.OrderState.Status.CANCELLED;
import static millrace.events.OrderState.Status.DELIVERED;
import static millrace.events.OrderState.Status.ERASED;
import static millrace.events.OrderState.Status.ON_ACCOUNT;
import static millrace.events.OrderState.Status.PAID;
import static millrace.events.OrderState.Status.REFUNDED;
import static millrace.events.OrderState.Status.REJECTED;
import static millrace.events.OrderState.Status.SHIPPED;
import static millrace.orders.TestTransactions.NOON;
import static millrace.orders.TestTransactions.cancellation;
import static millrace.orders.TestTransactions.delivery;
import static millrace.orders.TestTransactions.erasure;
import static millrace.orders.TestTransactions.line;
import static millrace.orders.TestTransactions.order;
import static millrace.orders.TestTransactions.payment;
import static millrace.orders.TestTransactions.placed;
import static millrace.orders.TestTransactions.refund;
import static millrace.orders.TestTransactions.shipment;
import static millrace.orders.TestTransactions.unpaid;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import millrace.events.Charges;
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
import millrace.events.TransactionEvent.ErasureRequested;
import org.junit.jupiter.api.Test;

/** The lifecycle of one order, transaction by transaction. */
class OrderLifecycleTest {
    private Order order = Order.unknown("shop/1");
    private Decision decision;

    @Test
    void an_order_is_accepted_with_the_sum_of_its_lines() {
        var event = (OrderAccepted) ask(order("e1", "1"));

        assertThat(event.totalMinor()).isEqualTo(1050);
        assertThat(event.country()).isEqualTo("France");
        assertThat(event.source()).isEqualTo("shop");
        assertThat(event.timestamp()).isEqualTo(NOON);
        assertThat(order.state().orElseThrow().status()).isEqualTo(PAID);
    }

    @Test
    void an_order_is_paid_shipped_and_delivered_in_that_order() {
        ask(unpaid("e1", "1"));
        assertThat(order.state().orElseThrow().status()).isEqualTo(ACCEPTED);

        assertThat(((OrderPaid) ask(payment("e2", "1", "GBP", 1050))).amountMinor())
                .isEqualTo(1050);
        assertThat(order.state().orElseThrow().status()).isEqualTo(PAID);
        assertThat(ask(shipment("e3", "1"))).isInstanceOf(OrderShipped.class);
        assertThat(order.state().orElseThrow().status()).isEqualTo(SHIPPED);
        assertThat(ask(delivery("e4", "1"))).isInstanceOf(OrderDelivered.class);
        assertThat(order.state().orElseThrow().status()).isEqualTo(DELIVERED);
        assertThat(order.state().orElseThrow().version()).isEqualTo(4);
    }

    @Test
    void only_the_whole_sum_pays_an_order() {
        ask(unpaid("e1", "1"));

        var less = (TransitionRefused) ask(payment("e2", "1", "GBP", 1049));
        var other = (TransitionRefused) ask(payment("e3", "1", "EUR", 1050));

        assertThat(less.reason()).isEqualTo("Order shop/1 is accepted, and 10.50 GBP are to be paid, not 10.49 GBP.");
        assertThat(other.reason()).isEqualTo("Order shop/1 is accepted, and 10.50 GBP are to be paid, not 10.50 EUR.");
    }

    @Test
    void a_cancelled_order_pays_back_what_is_left_of_the_payment() {
        ask(order("e1", "1"));
        ask(refund("e2", "1", "GBP", 50));

        var event = (OrderCancelled) ask(cancellation("e3", "1", "late"));

        assertThat(event.refundedMinor()).isEqualTo(1000);
        assertThat(order.state().orElseThrow().refundedMinor()).isEqualTo(1050);
    }

    @Test
    void of_an_erased_order_nothing_is_left_but_that_it_was() {
        ask(order("e1", "1"));

        assertThat(ask(erasure("e2", "1"))).isInstanceOf(OrderErased.class);

        var left = order.state().orElseThrow();
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
        var event = (OrderRejected) ask(unpaid("e1", "1", "ABC", null, line(-3, 100)));

        assertThat(event.reasons()).hasSize(3);
        var kept = order.state().orElseThrow();
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
        assertThat(order.state().orElseThrow().status()).isEqualTo(REFUNDED);
    }

    @Test
    void refunds_add_up_until_all_is_paid_back() {
        ask(order("e1", "1"));

        ask(refund("e2", "1", "GBP", 1000));
        assertThat(order.state().orElseThrow().status()).isEqualTo(PAID);
        var last = (OrderRefunded) ask(refund("e3", "1", "GBP", 50));

        assertThat(last.onAccount()).isFalse();
        assertThat(last.country()).isEqualTo("France");
        assertThat(order.state().orElseThrow().status()).isEqualTo(REFUNDED);
        assertThat(order.state().orElseThrow().refundedMinor()).isEqualTo(1050);
    }

    @Test
    void a_refund_of_an_unknown_order_is_kept_on_account_and_further_ones_add_up() {
        var first = (OrderRefunded) ask(refund("e1", "C1", "GBP", 500));
        ask(refund("e2", "C1", "GBP", 25));

        assertThat(first.onAccount()).isTrue();
        assertThat(order.state().orElseThrow().status()).isEqualTo(ON_ACCOUNT);
        assertThat(order.state().orElseThrow().refundedMinor()).isEqualTo(525);
        assertThat(order.state().orElseThrow().totalMinor()).isZero();
    }

    @Test
    void a_cancelled_order_says_why() {
        ask(order("e1", "1"));

        var event = (OrderCancelled) ask(cancellation("e2", "1", "changed my mind"));

        assertThat(event.totalMinor()).isEqualTo(1050);
        assertThat(order.state().orElseThrow().status()).isEqualTo(CANCELLED);
        assertThat(order.state().orElseThrow().reasons()).containsExactly("changed my mind");
        assertThat(order.state().orElseThrow().changedAt()).isEqualTo(NOON.plusSeconds(60));
    }

    @Test
    void a_refusal_counts_a_version_and_changes_nothing() {
        ask(order("e1", "1"));
        var before = order.state().orElseThrow();

        var event = (TransitionRefused) ask(refund("e2", "1", "GBP", 1051));

        assertThat(event.reason())
                .isEqualTo("A refund of 10.51 GBP cannot be taken from the 10.50 GBP that is left of order shop/1.");
        assertThat(event.version()).isEqualTo(2);
        assertThat(order.state()).contains(before);
        assertThat(decision.newState()).isEmpty();
    }

    @Test
    void an_order_that_was_only_asked_about_can_still_be_placed() {
        assertThat(ask(cancellation("e1", "1", null))).isInstanceOf(TransitionRefused.class);
        assertThat(order.state()).isEmpty();

        assertThat(ask(order("e2", "1")).version()).isEqualTo(2);
        assertThat(order.state().orElseThrow().status()).isEqualTo(PAID);
    }

    @Test
    void the_same_cause_has_the_same_answer() {
        var first = ask(order("e1", "1"));
        order = Order.unknown("shop/1");

        assertThat(ask(order("e1", "1"))).isEqualTo(first);
        assertThat(first.causedBy()).isEqualTo("e1");
    }

    @Test
    void two_sources_with_one_id_have_two_answers() {
        var answer = ask(erasure("e1", "1"));
        order = Order.unknown("shop/1");
        var other = ask(new ErasureRequested("e1", "other", "shop/1", NOON, NOON));
        order = Order.unknown("shop/1");
        decision = order.decide(new Transaction(erasure("e1", "1"), "00"));

        assertThat(Stream.of(answer, other, decision.event()).map(OrderEvent::eventId))
                .doesNotHaveDuplicates();
    }

    @Test
    void a_rejected_order_can_be_placed_again() {
        ask(unpaid("e1", "1", "GBP", 1L, line(1, 100)));
        ask(unpaid("e2", "1", "GBP", 2L, line(1, 100)));
        assertThat(order.state().orElseThrow().status()).isEqualTo(REJECTED);

        var event = (OrderAccepted) ask(unpaid("e3", "1", "GBP", 100L, line(1, 100)));

        assertThat(event.version()).isEqualTo(3);
        assertThat(order.state().orElseThrow().status()).isEqualTo(ACCEPTED);
        assertThat(order.state().orElseThrow().reasons()).isEmpty();
        assertThat(ask(payment("e4", "1", "GBP", 100))).isInstanceOf(OrderPaid.class);
    }

    @Test
    void a_paid_order_that_does_not_add_up_is_accepted_at_the_total_that_was_sent() {
        var event = (OrderAccepted) ask(order("e1", "1", "GBP", 2750L, line(0, 1900), line(2, -300)));

        assertThat(event.totalMinor()).isEqualTo(2750);
        assertThat(event.discrepancies())
                .containsExactly(
                        "Line 1 (mug): quantity 0 is not above 0.",
                        "Line 2 (mug): unit price -3.00 GBP is below 0.",
                        "The total says 27.50 GBP, and lines -6.00 GBP + shipping 0.00 GBP + tax 0.00 GBP"
                                + " - discount 0.00 GBP + rounding 0.00 GBP make -6.00 GBP.");
        assertThat(order.state().orElseThrow().discrepancies()).isEqualTo(event.discrepancies());
        assertThat(order.state().orElseThrow().status()).isEqualTo(PAID);
        assertThat(ask(refund("e2", "1", "GBP", 2750))).isInstanceOf(OrderRefunded.class);
        assertThat(order.state().orElseThrow().discrepancies()).isEqualTo(event.discrepancies());
    }

    @Test
    void a_paid_order_is_never_refused_for_its_arithmetic() {
        var most = new Charges(Long.MAX_VALUE, Long.MAX_VALUE, null, null, null);
        var free = new Charges(null, null, 500L, null, "ALL");

        assertThat(accepted(order("e1", "1", "GBP", 5L)).totalMinor()).isEqualTo(5);
        assertThat(accepted(order("e1", "1", "GBP", null)).totalMinor()).isZero();
        assertThat(accepted(order("e1", "1", "GBP", 5L, line(Long.MAX_VALUE, 2)))
                        .totalMinor())
                .isEqualTo(5);
        assertThat(accepted(placed("e1", "1", "GBP", 7L, true, most, line(1, 1)))
                        .totalMinor())
                .isEqualTo(7);
        assertThat(accepted(order("e1", "1", "GBP", -5L, line(1, 300))).totalMinor())
                .isEqualTo(300);
        assertThat(accepted(order("e1", "1", "GBP", Long.MIN_VALUE, line(1, Long.MIN_VALUE)))
                        .totalMinor())
                .isZero();
        assertThat(accepted(placed("e1", "1", "GBP", null, true, free, line(1, 300)))
                        .totalMinor())
                .isZero();
    }

    @Test
    void charges_are_part_of_an_unpaid_orders_total() {
        var charges = new Charges(300L, 200L, 250L, -1L, "MAY");

        var event = (OrderAccepted) ask(placed("e1", "1", "GBP", null, null, charges, line(1, 2500)));

        assertThat(event.totalMinor()).isEqualTo(2749);
        assertThat(event.charges()).isEqualTo(charges);
        assertThat(order.state().orElseThrow().charges()).isEqualTo(charges);
    }

    @Test
    void an_order_can_be_placed_after_its_refund() {
        ask(refund("e1", "1", "GBP", 50));

        ask(order("e2", "1"));

        var placed = order.state().orElseThrow();
        assertThat(placed.status()).isEqualTo(PAID);
        assertThat(placed.refundedMinor()).isEqualTo(50);
        assertThat(placed.discrepancies()).isEmpty();
        assertThat(((OrderCancelled) ask(cancellation("e3", "1", null))).refundedMinor())
                .isEqualTo(1000);
    }

    @Test
    void an_order_that_is_placed_after_it_was_refunded_whole_is_refunded() {
        ask(refund("e1", "1", "GBP", 1050));
        ask(order("e2", "1"));
        assertThat(order.state().orElseThrow().status()).isEqualTo(REFUNDED);

        order = Order.unknown("shop/1");
        ask(refund("e1", "1", "GBP", 1050));
        ask(unpaid("e2", "1"));
        assertThat(order.state().orElseThrow().status()).isEqualTo(ACCEPTED);
        ask(payment("e3", "1", "GBP", 1050));
        assertThat(order.state().orElseThrow().status()).isEqualTo(REFUNDED);
    }

    @Test
    void what_is_on_account_and_cannot_be_of_the_order_is_a_discrepancy() {
        ask(refund("e1", "1", "EUR", 50));
        ask(order("e2", "1"));

        assertThat(order.state().orElseThrow().refundedMinor()).isZero();
        assertThat(order.state().orElseThrow().discrepancies())
                .containsExactly("0.50 EUR were refunded on account before the order was placed,"
                        + " and are not taken from its total of 10.50 GBP.");

        order = Order.unknown("shop/1");
        ask(refund("e1", "1", "GBP", 1051));
        ask(order("e2", "1"));
        assertThat(order.state().orElseThrow().status()).isEqualTo(PAID);
        assertThat(order.state().orElseThrow().discrepancies()).hasSize(1);
    }

    @Test
    void an_order_that_is_rejected_leaves_what_is_on_account() {
        ask(refund("e1", "1", "GBP", 50));

        assertThat(ask(unpaid("e2", "1", "GBP", 1L, line(1, 2)))).isInstanceOf(OrderRejected.class);

        assertThat(order.state().orElseThrow().status()).isEqualTo(ON_ACCOUNT);
        assertThat(order.state().orElseThrow().refundedMinor()).isEqualTo(50);
    }

    /** Every sequence of a paid order and its refunds, which amount to no more than its total. */
    @Test
    void a_paid_order_and_its_refunds_come_to_one_state_in_any_order() {
        var random = new Random(13);
        for (int round = 0; round < 200; round++) {
            long total = 1 + random.nextInt(500);
            var all = new ArrayList<TransactionEvent>(List.of(order("o", "1", "GBP", null, line(1, total))));
            long left = random.nextBoolean() ? total : random.nextLong(total + 1);
            for (int i = 0; left > 0; i++) {
                long part = 1 + random.nextLong(left);
                all.add(refund("r" + i, "1", "GBP", part));
                left -= part;
            }
            var states = new HashSet<OrderState>();
            for (int shuffle = 0; shuffle < 10; shuffle++) {
                order = Order.unknown("shop/1");
                all.forEach(this::ask);
                states.add(order.state().orElseThrow());
                Collections.shuffle(all, random);
            }
            assertThat(states).as("%s", all).hasSize(1);
        }
    }

    @Test
    void after_many_refunds_only_all_that_is_left_can_be_refunded() {
        ask(order("o", "1"));
        for (int i = 0; i < Refunds.MOST; i++) {
            assertThat(ask(refund("r" + i, "1", "GBP", 1))).isInstanceOf(OrderRefunded.class);
        }

        var refused = (TransitionRefused) ask(refund("more", "1", "GBP", 1));

        assertThat(refused.reason())
                .isEqualTo("Order shop/1 is paid, and has been refunded 100 times:"
                        + " only the 9.50 GBP that are left can be, at once.");
        assertThat(decision.newState()).isEmpty();
        assertThat(ask(refund("rest", "1", "GBP", 950))).isInstanceOf(OrderRefunded.class);
        assertThat(order.state().orElseThrow().status()).isEqualTo(REFUNDED);
    }

    @Test
    void after_many_refunds_on_account_there_is_no_other() {
        for (int i = 0; i < Refunds.MOST; i++) {
            ask(refund("r" + i, "1", "GBP", 1));
        }

        assertThat(((TransitionRefused) ask(refund("more", "1", "GBP", 1))).reason())
                .isEqualTo(
                        "Order shop/1 is on-account, and has been refunded 100 times: it cannot be refunded further.");
    }

    @Test
    void a_refusal_quotes_the_beginning_of_a_long_text() {
        ask(unpaid("e1", "1"));

        var refused = (TransitionRefused) ask(payment("e2", "1", "X".repeat(100_000), 1050));
        var other = (TransitionRefused) ask(refund("e3", "1", "X".repeat(100_000), 1050));

        assertThat(refused.reason()).hasSizeLessThan(300);
        assertThat(other.reason()).hasSizeLessThan(300);
    }

    private OrderAccepted accepted(TransactionEvent asked) {
        order = Order.unknown("shop/1");
        return (OrderAccepted) ask(asked);
    }

    private OrderEvent ask(TransactionEvent asked) {
        decision = order.decide(new Transaction(asked, ""));
        order = decision.order();
        return decision.event();
    }
}

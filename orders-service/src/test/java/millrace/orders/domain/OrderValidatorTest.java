package millrace.orders.domain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static millrace.orders.TestTransactions.line;
import static millrace.orders.TestTransactions.placed;
import static millrace.orders.TestTransactions.unpaid;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import millrace.events.Charges;
import millrace.events.OrderLine;
import org.junit.jupiter.api.Test;

/** An order's faults are all found, and listed within bounds. */
class OrderValidatorTest {
    private static final Charges CHARGES = new Charges(300L, 200L, 250L, null, "MAY");

    @Test
    void every_fault_is_named_at_once() {
        var order = unpaid("e1", "1", "gbp", 7L, line(0, 100), line(1, -5));

        assertThat(OrderValidator.faults(order))
                .containsExactly(
                        "Currency gbp is no code of ISO 4217.",
                        "Line 1 (mug): quantity 0 is not above 0.",
                        "Line 2 (mug): unit price -5 gbp is below 0.",
                        "The total says 7 gbp, and lines -5 gbp + shipping 0 gbp + tax 0 gbp - discount 0 gbp"
                                + " + rounding 0 gbp make -5 gbp.");
    }

    @Test
    void an_order_needs_lines() {
        assertThat(OrderValidator.faults(unpaid("e1", "1", "GBP", 0L))).containsExactly("The order has no lines.");
    }

    @Test
    void a_gift_is_no_fault() {
        assertThat(OrderValidator.faults(unpaid("e1", "1", "GBP", 0L, line(1, 0))))
                .isEmpty();
    }

    @Test
    void a_total_that_adds_up_is_no_fault() {
        assertThat(OrderValidator.faults(unpaid("e1", "1", "JPY", 1050L, line(2, 525))))
                .isEmpty();
    }

    @Test
    void shipping_tax_discount_and_rounding_are_part_of_the_total() {
        var lines = new OrderLine[] {line(1, 1900), line(2, 300)};

        assertThat(OrderValidator.faults(placed("e1", "1", "GBP", 2750L, null, CHARGES, lines)))
                .isEmpty();
        assertThat(OrderValidator.faults(placed("e1", "1", "GBP", 2500L, null, CHARGES, lines)))
                .containsExactly("The total says 25.00 GBP, and lines 25.00 GBP + shipping 3.00 GBP + tax 2.00 GBP"
                        + " - discount 2.50 GBP + rounding 0.00 GBP make 27.50 GBP.");
        var rounded = new Charges(null, null, null, -2L, null);
        assertThat(OrderValidator.faults(placed("e1", "1", "CHF", 2500L, null, rounded, line(1, 2502))))
                .isEmpty();
    }

    @Test
    void charges_and_totals_below_zero_are_faults() {
        var charges = new Charges(-1L, -2L, -3L, -4L, null);

        assertThat(OrderValidator.faults(placed("e1", "1", "GBP", -4L, null, charges, line(1, 0))))
                .containsExactly(
                        "The shipping of -0.01 GBP is below 0.",
                        "The tax of -0.02 GBP is below 0.",
                        "The discount of -0.03 GBP is below 0.",
                        "The total is below 0: lines 0.00 GBP + shipping -0.01 GBP + tax -0.02 GBP - discount -0.03 GBP"
                                + " + rounding -0.04 GBP make -0.04 GBP.");
    }

    @Test
    void sums_that_overflow_are_a_fault() {
        var most = new Charges(Long.MAX_VALUE, null, null, null, null);
        var least = new Charges(null, null, Long.MIN_VALUE, null, null);

        assertThat(OrderValidator.faults(unpaid("e1", "1", "GBP", null, line(2, Long.MAX_VALUE))))
                .containsExactly("The parts of the order add up to more than 9223372036854775807 minor units.");
        assertThat(OrderValidator.faults(unpaid("e1", "1", "GBP", null, line(1, Long.MAX_VALUE), line(1, 1))))
                .hasSize(1);
        assertThat(OrderValidator.faults(placed("e1", "1", "GBP", null, null, most, line(1, 1))))
                .hasSize(1);
        assertThat(OrderValidator.faults(placed("e1", "1", "GBP", null, null, least, line(1, 1))))
                .hasSize(2);
    }

    @Test
    void gold_and_test_currencies_are_no_means_of_payment() {
        assertThat(OrderValidator.faults(unpaid("e1", "1", "XAU", null, line(1, 1))))
                .hasSize(1);
        assertThat(OrderValidator.faults(unpaid("e1", "1", "XTS", null, line(1, 1))))
                .hasSize(1);
    }

    @Test
    void of_many_faults_the_first_are_listed_and_the_others_counted() {
        var lines = Collections.nCopies(2_200, line(0, -1)).toArray(OrderLine[]::new);

        var faults = OrderValidator.faults(unpaid("e1", "1", "GBP", 0L, lines));

        assertThat(faults).hasSize(ReasonList.MOST).last().isEqualTo("4,381 more are not listed.");
    }

    @Test
    void long_texts_are_quoted_by_their_beginning() {
        var tea = "\ud83c\udf75";
        var lines = Collections.nCopies(40, new OrderLine(tea.repeat(5_000), null, 0, 1))
                .toArray(OrderLine[]::new);

        var faults = OrderValidator.faults(unpaid("e1", "1", "x".repeat(100_000), null, lines));

        assertThat(faults.stream()
                        .mapToInt(fault -> fault.getBytes(UTF_8).length)
                        .sum())
                .isLessThanOrEqualTo(ReasonList.MOST_BYTES);
        assertThat(faults.getFirst()).hasSizeLessThan(150);
        assertThat(faults.get(1)).contains(tea + "…");
        assertThat(faults.getLast()).endsWith(" more are not listed.");
    }
}

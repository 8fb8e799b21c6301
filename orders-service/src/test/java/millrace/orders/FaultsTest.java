package millrace.orders;

import static millrace.orders.Asked.line;
import static millrace.orders.Asked.order;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** An order is told everything that is wrong with it. */
class FaultsTest {
    @Test
    void every_fault_is_named_at_once() {
        var order = order("e1", "1", "gbp", 7L, line(0, 100), line(1, -5));

        assertThat(Faults.of(order))
                .containsExactly(
                        "Currency gbp is no code of ISO 4217.",
                        "Line 1 (mug): quantity 0 is not above 0.",
                        "Line 2 (mug): unit price -5 is below 0.",
                        "The lines add up to -5 minor units, the total says 7.");
    }

    @Test
    void an_order_needs_lines() {
        assertThat(Faults.of(order("e1", "1", "GBP", 0L))).containsExactly("The order has no lines.");
    }

    @Test
    void a_gift_is_no_fault() {
        assertThat(Faults.of(order("e1", "1", "GBP", 0L, line(1, 0)))).isEmpty();
    }

    @Test
    void a_total_that_adds_up_is_no_fault() {
        assertThat(Faults.of(order("e1", "1", "JPY", 1050L, line(2, 525)))).isEmpty();
    }

    @Test
    void sums_that_overflow_are_a_fault() {
        assertThat(Faults.of(order("e1", "1", "GBP", null, line(2, Long.MAX_VALUE))))
                .containsExactly("The lines add up to more than 9223372036854775807 minor units.");
        assertThat(Faults.of(order("e1", "1", "GBP", null, line(1, Long.MAX_VALUE), line(1, 1))))
                .hasSize(1);
    }

    @Test
    void nobody_pays_in_gold_or_in_test_money() {
        assertThat(Faults.of(order("e1", "1", "XAU", null, line(1, 1)))).hasSize(1);
        assertThat(Faults.of(order("e1", "1", "XTS", null, line(1, 1)))).hasSize(1);
    }
}

package millrace.orders.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Amounts keep every digit between the wire, the database and HTTP. */
class MoneyTest {
    @Test
    void each_currency_has_its_own_minor_unit() {
        assertThat(Money.text(1050, "GBP")).isEqualTo("10.50 GBP");
        assertThat(Money.text(1050, "JPY")).isEqualTo("1050 JPY");
        assertThat(Money.text(1050, "KWD")).isEqualTo("1.050 KWD");
    }

    @Test
    void there_and_back_is_the_same() {
        for (long minor : new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(Money.minor(Money.major(minor, "GBP"), "GBP")).isEqualTo(minor);
        }
    }
}

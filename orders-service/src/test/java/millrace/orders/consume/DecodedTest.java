package millrace.orders.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static millrace.orders.TestTransactions.line;
import static millrace.orders.TestTransactions.order;
import static millrace.orders.TestTransactions.refund;
import static millrace.orders.TestTransactions.unpaid;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import millrace.events.Channels;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.UnreadableOrderReported;
import millrace.orders.TestTransactions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoding accepts well-formed transactions only. */
class DecodedTest {
    private static final String REFUND = new String(bytes(refund("e1", "1", "GBP", 5)), UTF_8);

    @Test
    void a_transaction_is_read_as_it_was_written() {
        var order = order("e1", "1");

        assertThat(read("shop/1", bytes(order))).isEqualTo(new Decoded.Valid(order));
    }

    @Test
    void a_record_without_a_value_is_invalid() {
        assertThat(read("shop/1", null)).isInstanceOf(Decoded.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "not JSON", "{\"type\":\"OrderShipped\",\"eventId\":\"e1\"}"})
    void what_is_no_transaction_is_invalid(String value) {
        assertThat(read("shop/1", value.getBytes(UTF_8))).isInstanceOf(Decoded.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"eventId", "source", "orderId", "timestamp", "receivedAt", "amountMinor"})
    void a_field_that_must_be_there_must_be_there(String field) {
        var without = REFUND.replace("\"" + field + "\"", "\"other\"");

        assertThat(without).isNotEqualTo(REFUND);
        assertThat(read("shop/1", without.getBytes(UTF_8))).isInstanceOf(Decoded.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.5", "\"five\"", "null", "99999999999999999999"})
    void an_amount_is_a_whole_number_of_minor_units(String amount) {
        var other = REFUND.replace("\"amountMinor\":5", "\"amountMinor\":" + amount);

        assertThat(other).isNotEqualTo(REFUND);
        assertThat(read("shop/1", other.getBytes(UTF_8))).isInstanceOf(Decoded.Invalid.class);
    }

    @Test
    void key_and_order_id_must_agree() {
        assertThat(read("shop/2", bytes(order("e1", "1")))).isInstanceOf(Decoded.Invalid.class);
        assertThat(Decoded.of(null, bytes(order("e1", "1")))).isInstanceOf(Decoded.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b", "\ud800"})
    void ids_are_texts_that_database_and_channel_can_keep(String id) {
        var escaped = id.isEmpty() ? "" : id.equals("\ud800") ? "\\ud800" : "a\\u0000b";
        var value = REFUND.replace("\"e1\"", "\"" + escaped + "\"").getBytes(UTF_8);

        assertThat(read("shop/1", value)).isInstanceOf(Decoded.Invalid.class);
    }

    @Test
    void a_year_that_the_database_does_not_know_is_invalid() {
        var far = REFUND.replace("2024-05-01", "+99999-05-01").getBytes(UTF_8);

        assertThat(read("shop/1", far)).isInstanceOf(Decoded.Invalid.class);
    }

    @Test
    void what_is_far_larger_than_any_transaction_is_invalid() {
        assertThat(read("shop/1", new byte[TransactionEvent.LARGEST + 1])).isInstanceOf(Decoded.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "/1", "shop/", "/"})
    void an_order_id_is_a_source_and_its_number(String id) {
        var value = REFUND.replace("shop/1", id).getBytes(UTF_8);

        assertThat(read(id, value))
                .isEqualTo(new Decoded.Invalid(
                        "The order id is not a source, a slash and the source's number of the order."));
    }

    @Test
    void a_number_may_have_slashes_and_ids_their_full_length() {
        var long300 = "x".repeat(Decoded.LONGEST_ID);

        assertThat(read("shop/a/b", bytes(refund("e1", "shop/a/b", "GBP", 5)))).isInstanceOf(Decoded.Valid.class);
        assertThat(read("shop/1", bytes(refund(long300, "1", "GBP", 5)))).isInstanceOf(Decoded.Valid.class);
        assertThat(read("shop/1", bytes(refund(long300 + "x", "1", "GBP", 5))))
                .isEqualTo(new Decoded.Invalid("The field eventId has 301 characters, the most are 300."));
    }

    @Test
    void what_was_paid_must_be_an_amount_of_a_currency() {
        assertThat(read("shop/1", bytes(order("e1", "1", "pounds", 5L, line(1, 5)))))
                .isEqualTo(new Decoded.Invalid("The order was paid in a currency that is no code of ISO 4217."));
        assertThat(read("shop/1", bytes(order("e1", "1", "GBP", null, line(2, Long.MAX_VALUE)))))
                .isEqualTo(new Decoded.Invalid("The order was paid, has no total, and its parts add up to no amount."));
        assertThat(read("shop/1", bytes(unpaid("e1", "1", "pounds", 5L, line(1, 5)))))
                .isInstanceOf(Decoded.Valid.class);
    }

    @Test
    void a_report_of_the_edge_is_invalid_with_its_faults() {
        var report = new UnreadableOrderReported(
                "e1",
                "shop",
                "shop/1",
                null,
                null,
                Collections.nCopies(1_000, "currency is none."),
                "{}",
                TestTransactions.NOON,
                TestTransactions.NOON);

        var decoded = (Decoded.Invalid) read("shop/1", bytes(report));

        assertThat(decoded.report()).contains(report);
        assertThat(decoded.reason())
                .startsWith("The edge could not read the order: currency is none. currency is none.")
                .endsWith("981 more are not listed.");
    }

    private static Decoded read(String key, byte[] value) {
        return Decoded.of(key.getBytes(UTF_8), value);
    }

    private static byte[] bytes(TransactionEvent event) {
        return Channels.TRANSACTIONS.value().serializer().serialize(Channels.TRANSACTIONS.name(), event);
    }
}

package millrace.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static millrace.orders.Asked.order;
import static millrace.orders.Asked.refund;
import static org.assertj.core.api.Assertions.assertThat;

import millrace.events.Channels;
import millrace.events.TransactionEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from a record, and what no reader could ever make sense of. */
class ReadingTest {
    private static final String REFUND = new String(bytes(refund("e1", "1", "GBP", 5)), UTF_8);

    @Test
    void a_transaction_is_read_as_it_was_written() {
        var order = order("e1", "1");

        assertThat(read("shop/1", bytes(order))).isEqualTo(new Reading.Legible(order));
    }

    @Test
    void a_record_without_a_value_is_illegible() {
        assertThat(read("shop/1", null)).isInstanceOf(Reading.Illegible.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "not JSON", "{\"type\":\"OrderShipped\",\"eventId\":\"e1\"}"})
    void what_is_no_transaction_is_illegible(String value) {
        assertThat(read("shop/1", value.getBytes(UTF_8))).isInstanceOf(Reading.Illegible.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"eventId", "source", "orderId", "timestamp", "receivedAt", "amountMinor"})
    void a_field_that_must_be_there_must_be_there(String field) {
        var without = REFUND.replace("\"" + field + "\"", "\"other\"");

        assertThat(without).isNotEqualTo(REFUND);
        assertThat(read("shop/1", without.getBytes(UTF_8))).isInstanceOf(Reading.Illegible.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.5", "\"five\"", "null", "99999999999999999999"})
    void an_amount_is_a_whole_number_of_minor_units(String amount) {
        var other = REFUND.replace("\"amountMinor\":5", "\"amountMinor\":" + amount);

        assertThat(other).isNotEqualTo(REFUND);
        assertThat(read("shop/1", other.getBytes(UTF_8))).isInstanceOf(Reading.Illegible.class);
    }

    @Test
    void key_and_order_id_must_agree() {
        assertThat(read("shop/2", bytes(order("e1", "1")))).isInstanceOf(Reading.Illegible.class);
        assertThat(Reading.of(null, bytes(order("e1", "1")))).isInstanceOf(Reading.Illegible.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b", "\ud800"})
    void ids_are_texts_that_database_and_channel_can_keep(String id) {
        var escaped = id.isEmpty() ? "" : id.equals("\ud800") ? "\\ud800" : "a\\u0000b";
        var value = REFUND.replace("\"e1\"", "\"" + escaped + "\"").getBytes(UTF_8);

        assertThat(read("shop/1", value)).isInstanceOf(Reading.Illegible.class);
    }

    @Test
    void a_year_that_the_database_does_not_know_is_illegible() {
        var far = REFUND.replace("2024-05-01", "+99999-05-01").getBytes(UTF_8);

        assertThat(read("shop/1", far)).isInstanceOf(Reading.Illegible.class);
    }

    @Test
    void what_is_far_larger_than_any_transaction_is_illegible() {
        assertThat(read("shop/1", new byte[TransactionEvent.LARGEST + 1])).isInstanceOf(Reading.Illegible.class);
    }

    private static Reading read(String key, byte[] value) {
        return Reading.of(key.getBytes(UTF_8), value);
    }

    private static byte[] bytes(TransactionEvent event) {
        return Channels.TRANSACTIONS.value().serializer().serialize(Channels.TRANSACTIONS.name(), event);
    }
}

package millrace.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import millrace.ingest.segment.SegmentFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldsTest {
    private final List<String> faults = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "0.1, GBP, 10",
        "'\"0.10\"', GBP, 10",
        "-4.5, EUR, -450",
        "1e2, GBP, 10000",
        "100.000, JPY, 100",
        "1.234, KWD, 1234",
        "99999999999999.99, GBP, 9999999999999999",
        "0e99, GBP, 0",
        "0.30000000000000004, GBP, 30",
        "3.3000000000000003, GBP, 330",
        "836.9999999999998, USD, 83700",
        "1.1102230246251565e-16, USD, 0",
        "1e-999999999, USD, 0",
        "-0.30000000000000004, GBP, -30",
        "4.9999999999999996, JPY, 5",
    })
    void an_amount_is_counted_exactly(String amount, String currency, long minor) {
        assertThat(fields("{'a':" + amount + "}").minor("a", Currency.getInstance(currency)))
                .isEqualTo(minor);
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "[]", "\"1,5\"", "\"1e2\"", "\" 1\"", "\"١\"", "100000000000000", "1e2147483647"})
    void what_is_no_decimal_of_a_usual_size_is_a_fault(String amount) {
        fields("{'a':" + amount + "}").minor("a", Currency.getInstance("GBP"));

        assertThat(faults).containsExactly("order.a must be a decimal of at most 14 digits before the point");
    }

    @Test
    void more_decimals_than_the_currency_has_are_a_fault() {
        fields("{'a':0.001}").minor("a", Currency.getInstance("GBP"));
        fields("{'a':0.5}").minor("a", Currency.getInstance("JPY"));
        fields("{'a':'0.30000000000004'}").minor("a", Currency.getInstance("GBP"));

        assertThat(faults)
                .containsExactly(
                        "order.a has more decimals than GBP, which has 2",
                        "order.a has more decimals than JPY, which has 0",
                        "order.a has more decimals than GBP, which has 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "7.0", "70e-1"})
    void a_whole_number_may_be_written_as_a_decimal(String number) {
        assertThat(fields("{'a':" + number + "}").whole("a")).isEqualTo(7);
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"7\"", "0.5", "[7]", "1000000000", "1e2147483647"})
    void what_is_no_whole_number_is_a_fault(String number) {
        fields("{'a':" + number + "}").whole("a");

        assertThat(faults).containsExactly("order.a must be a whole number of at most 9 digits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gbp", "pounds", "XXX", "XAU", "12"})
    void a_currency_has_a_code_and_a_minor_unit(String code) {
        fields("{'a':'" + code + "'}").currency("a");

        assertThat(faults).containsExactly("order.a must be a currency's ISO 4217 code, for example GBP");
    }

    @ParameterizedTest
    @CsvSource({
        "1042, 1042",
        "'\"1042\"', 1042",
        "12345678901234567890123, 12345678901234567890123",
        "1e3, 1000",
        "1042.0, 1042",
        "1.50, 1.5",
        "-0, 0",
    })
    void a_number_in_place_of_an_id_is_its_decimal_text(String written, String id) {
        assertThat(fields("{'a':" + written + "}").id("a", 100)).isEqualTo(id);
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e100", "1e-100", "1e2147483647", "1e-2147483647"})
    void a_number_that_is_longer_than_an_id_is_a_fault(String written) {
        fields("{'a':" + written + "}").id("a", 100);

        assertThat(faults).containsExactly("order.a must have at most 100 characters");
    }

    @ParameterizedTest
    @CsvSource({"usd, USD", "' eur ', EUR", "GBP, GBP"})
    void a_shop_may_write_a_currency_in_either_case(String written, String code) {
        assertThat(fields("{'a':'" + written + "'}")
                        .currency("a", Currency.getInstance("JPY"))
                        .getCurrencyCode())
                .isEqualTo(code);
        assertThat(fields("{}").currency("a", Currency.getInstance("JPY")).getCurrencyCode())
                .isEqualTo("JPY");
        assertThat(faults).isEmpty();
    }

    @Test
    void a_label_is_whatever_is_there() {
        var fields = fields("{'a':'x\\n\\u0000\\ud83dy','b':7,'c':{},'d':'long enough'}");

        assertThat(fields.label("a", 10)).isEqualTo("x   y");
        assertThat(fields.label("b", 10)).isEqualTo("7");
        assertThat(fields.label("c", 10)).isNull();
        assertThat(fields.label("d", 4)).isEqualTo("long");
        assertThat(faults).isEmpty();
    }

    @Test
    void an_empty_text_is_missing() {
        var fields = fields("{'a':'','b':null}");
        fields.require("a", "b", "c");

        assertThat(fields.text("a", 10)).isNull();
        assertThat(faults).containsExactly("order.a is required", "order.b is required", "order.c is required");
    }

    @Test
    void the_place_of_a_fault_is_told_in_full() {
        fields("{'lines':[{},{'id':7},3]}").objects("lines", 3).forEach(line -> line.text("id", 10));

        assertThat(faults).containsExactly("order.lines[2] must be a JSON object", "order.lines[1].id must be text");
    }

    @Test
    void a_list_has_a_longest() {
        fields("{'lines':[{},{},{}]}").objects("lines", 2);
        fields("{'lines':{}}").objects("lines", 2);

        assertThat(faults).containsExactly("order.lines must have at most 2 entries", "order.lines must be an array");
    }

    private JsonFields fields(String json) {
        var bytes = SegmentFixture.json(json);
        return JsonFields.of(new Slice(bytes, 0, bytes.length), "order", faults);
    }
}

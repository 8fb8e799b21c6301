package millrace.audit.seal;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealTest {
    private static final String CLICK =
            "{'anonymousId':'ann','bot':true, 'context': {'ip' : '10.1.2.3','campaign':{'name':'may'}},"
                    + "'userId':'ann@b.example','userId' : 'u\\u0031', 'address':null}";

    @Test
    void what_is_personal_is_sealed_wherever_it_stands_and_as_often_and_nothing_else() {
        var sealed = SealedValue.of("clicks.page", CLICK);

        assertThat(sealed.text())
                .matches(
                        "\\{'anonymousId':S,'bot':true, 'context': \\{'ip' : S,'campaign':\\{'name':'may'}},'userId':S,'userId' : S, 'address':null}"
                                .replace('\'', '"')
                                .replace("S", "\"sealed:7:[A-Za-z0-9+/]+\""));
        assertThat(sealed.subject()).contains("ann");
    }

    @Test
    void what_the_schema_does_not_list_is_sealed_too() {
        var value =
                "{'anonymousId':'ann','nickname':'Annie','context':{'device':{'id':'d-1'},'page':{'path':'/','zoom':2}},"
                        + "'properties':{'path':'/','coupon':null}}";
        var sealed = SealedValue.of("clicks.page", value);

        assertThat(sealed.text())
                .matches(("\\{'anonymousId':S,'nickname':S,'context':\\{'device':S,'page':\\{'path':'/','zoom':S}},"
                                + "'properties':\\{'path':'/','coupon':null}}")
                        .replace('\'', '"')
                        .replace("S", "\"sealed:7:[A-Za-z0-9+/]+\""));
        assertThat(sealed.opened()).isEqualTo(value.replace('\'', '"'));
        assertThat(sealed.subject()).contains("ann");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                CLICK,
                "{'userId':17.25e3}",
                "{'userId':-1 ,'a':[]}",
                "{'userId':true}",
                "{'userId':{'a':[{}],'b':'}'} }",
                "{'userId':['a',{'b':null}]\t}",
                "  {'userId':''}\n",
                "{'userId':'\\'}'}",
                "[{'userId':'ä€😀'},[{'userId':'b'}]]",
                "{'context':[{'ip':'1'},{'ip':'2'}],'context':{'ip':'3'}}",
                "{'\\u0075serId':'a'}",
                "{'userId':'sealed:7:AAAA','x':'sealed:7:AAAA','y':{'z':['sealed:','sealed:9:0',1]}}",
                "{'sealed:7:AAAA':1,'userId':'a'}",
                "\uFEFF{'userId':'a'}",
                "{'userId':'a'",
                "{'userId':'a'} {'userId':'b'}",
                "'ann'",
                "nobody",
                " ",
            })
    void opened_it_is_byte_for_byte_what_it_was(String value) {
        var sealed = SealedValue.of("clicks.page", value);

        assertThat(sealed.text()).isNotEqualTo(value.replace('\'', '"'));
        assertThat(sealed.opened()).isEqualTo(value.replace('\'', '"'));
        assertThat(Remains.match(
                        sealed.value(),
                        sealed.coordinates(),
                        value.replace('\'', '"').getBytes(UTF_8)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'name':'sealed:7:AAAA'}", "{'address':null,'x':null}", "[]", ""})
    void a_value_that_says_nothing_about_a_person_stays_as_it_is(String value) {
        assertThat(SealedValue.of("clicks.page", value).text()).isEqualTo(value.replace('\'', '"'));
    }

    @Test
    void a_channel_without_personal_data_stays_as_it_is_whatever_is_in_it() {
        assertThat(SealedValue.of("orders.OrderPaid", "{'customerId").text()).isEqualTo("{\"customerId");
        assertThat(SealedValue.of("clicks", "clicks.page", null).value()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"clicks.unknown", "clicks.", "clicks.x/orders.OrderPaid"})
    void what_has_no_known_type_is_sealed_whole(String type) {
        var sealed = SealedValue.of(type, "{'a':{'userId':'u','anonymousId':'ann'}}");

        assertThat(sealed.text()).matches("\"sealed:7:[A-Za-z0-9+/]+\"");
        assertThat(sealed.opened()).isEqualTo("{\"a\":{\"userId\":\"u\",\"anonymousId\":\"ann\"}}");
        assertThat(sealed.subject()).contains("ann");
    }

    @Test
    void what_is_no_utf_8_is_sealed_whole() {
        var value = "{\"userId\":\"a\"}".getBytes(UTF_16);
        var sealed = SealedValue.of("clicks", "clicks.page", value);

        assertThat(sealed.text()).startsWith("\"sealed:7:");
        assertThat(Seal.decrypt(sealed.value(), sealed.coordinates(), 7, Optional.of(SealedValue.KEY))
                        .value())
                .isEqualTo(value);
    }

    @Test
    void a_dead_letter_is_sealed_whole_for_whom_it_names() {
        var sealed = SealedValue.of("transactions-dlq", null, "{\"orderId\":1,\"customerId\":\"c1\",,".getBytes(UTF_8));

        assertThat(sealed.text()).matches("\"sealed:7:[A-Za-z0-9+/]+\"");
        assertThat(sealed.subject()).contains("c1");
    }

    @Test
    void a_rejected_original_is_sealed_for_whom_it_names() {
        var original = "eyJiYXRjaCI6W3sidXNlcklkIjoidTEifV19"; // {"batch":[{"userId":"u1"}]}
        var sealed = SealedValue.of("rejected-events.EventRejected", "{'eventId':'e','original':'" + original + "'}");

        assertThat(sealed.text()).startsWith("{\"eventId\":\"e\",\"original\":\"sealed:7:");
        assertThat(sealed.subject()).contains("u1");
    }

    @Test
    void the_same_record_gives_the_same_bytes_and_another_place_or_value_others() {
        assertThat(SealedValue.of("clicks.page", CLICK).text())
                .isEqualTo(SealedValue.of("clicks.page", CLICK).text());

        var value = "{\"userId\":\"a\"}".getBytes(UTF_8); // one part: the same nonce twice in a row
        assertThat(SealedValue.of("clicks", "clicks.page", value).text())
                .isEqualTo(SealedValue.of("clicks", "clicks.page", value).text());
        var found = SealedValue.MESSAGES.find("clicks", "clicks.page", value);
        var here = Seal.encrypt(value, found, new RecordCoordinates("clicks", 1, 1, 42), SealedValue.KEY);
        assertThat(Seal.encrypt(value, found, new RecordCoordinates("clicks", 1, 2, 42), SealedValue.KEY))
                .isNotEqualTo(here);
    }

    @Test
    void redacted_each_sealed_part_is_null_and_counted() {
        var redacted = SealedValue.of("clicks.page", CLICK).redacted();

        assertThat(redacted.redacted()).isEqualTo(4);
        assertThat(new String(redacted.value(), UTF_8))
                .isEqualTo(
                        ("{'anonymousId':null,'bot':true, 'context': {'ip' : null,'campaign':{'name':'may'}},'userId':null,"
                                        + "'userId' : null, 'address':null}")
                                .replace('\'', '"'));
    }

    @Test
    void a_sealed_part_opens_nowhere_else() {
        var sealed = SealedValue.of("clicks.page", "{'anonymousId':'ann','userId':'bob'}");
        var swapped = sealed.text().replaceAll("(\"sealed[^\"]+\")(.*)(\"sealed[^\"]+\")", "$3$2$1");

        assertThatThrownBy(() ->
                        Seal.decrypt(swapped.getBytes(UTF_8), sealed.coordinates(), 7, Optional.of(SealedValue.KEY)))
                .isInstanceOf(SealBroken.class)
                .hasMessage(
                        "The value of clicks-1 at 42 cannot be opened: part 1 was changed, or was sealed for another"
                                + " place or with another key");
        assertThatThrownBy(() -> Seal.decrypt(
                        sealed.value(), new RecordCoordinates("clicks", 1, 1, 43), 7, Optional.of(SealedValue.KEY)))
                .hasMessageStartingWith("The value of clicks-1 at 43 cannot be opened: part 1 was changed");
        assertThatThrownBy(() -> Seal.decrypt(sealed.value(), sealed.coordinates(), 8, Optional.of(SealedValue.KEY)))
                .hasMessageEndingWith("it is sealed for subject 7 and belongs to subject 8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{}",
                "{\"a\":\"sealed:7:?\"}",
                "{\"a\":\"sealed:7:\"}",
                "{\"a\":\"sealed:7:AAAAA\"}",
                "{\"a\":\"sealed:7:AAA=\"}",
                "{\"a\":\"sealed::AAAA\"}",
                "{\"a\":\"sealed:7\"}",
                "{\"a\":\"sealed:7AAAA\"}",
                "{\"a\":\"sealed:\"}",
                "{\"a\":\"sealed:1234567890123456789:AAAA\"}"
            })
    void what_was_not_sealed_does_not_open(String value) {
        assertThatThrownBy(() -> Seal.decrypt(
                        value.getBytes(UTF_8),
                        new RecordCoordinates("clicks", 0, 1, 0),
                        7,
                        Optional.of(SealedValue.KEY)))
                .isInstanceOf(SealBroken.class);
    }
}

package millrace.ingest.cloudevents;

import static millrace.ingest.cloudevents.CloudEventFixture.attributes;
import static millrace.ingest.cloudevents.CloudEventFixture.batched;
import static millrace.ingest.cloudevents.CloudEventFixture.click;
import static millrace.ingest.cloudevents.CloudEventFixture.event;
import static millrace.ingest.cloudevents.CloudEventFixture.json;
import static millrace.ingest.cloudevents.CloudEventFixture.properties;
import static millrace.ingest.cloudevents.CloudEventFixture.record;
import static millrace.ingest.cloudevents.CloudEventFixture.refused;
import static millrace.ingest.cloudevents.CloudEventFixture.status;
import static millrace.ingest.cloudevents.CloudEventFixture.structured;
import static millrace.ingest.cloudevents.CloudEventFixture.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import millrace.events.Channels;
import millrace.ingest.segment.SegmentFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of the JSON event format and of the JSON batch format for a receiver. */
class JsonFormatTest {
    @Test
    void booleans_and_integers_keep_their_types() {
        var attributes = attributes(
                structured("'a':true", "'b':false", "'c':-2147483648", "'d':2147483647", "'e':'5'", "'f':''"));

        assertThat(attributes.toString())
                .contains("\"a\":true,\"b\":false,\"c\":-2147483648,\"d\":2147483647,\"e\":\"5\",\"f\":\"\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{'a':1}",
                "['a']",
                "1.5",
                "5.0",
                "1e3",
                "1E0",
                "2147483648",
                "-2147483649",
                "99999999999999999999"
            })
    void another_json_value_is_no_attribute(String value) {
        assertThat(refused(() -> structured("'ext':" + value)))
                .containsExactly(
                        "ext must be a string, true, false or an integer of 32 bits without fraction and exponent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "source", "type", "specversion", "subject", "time", "dataschema", "datacontenttype"})
    void an_attribute_of_the_specification_is_a_json_string(String name) {
        for (var value : new String[] {"1", "true", "{}", "['x']", "1.0"}) {
            var event = "{'" + name + "':" + value + ","
                    + CloudEventFixture.REQUIRED
                            .replaceAll("'" + name + "':'[^']*',?", "")
                            .replaceAll(",$", "") + "}";

            assertThat(refused(() -> json("application/cloudevents+json", event)))
                    .containsExactly(name + " must be a JSON string");
        }
    }

    @Test
    void a_null_attribute_is_one_that_is_not_set() {
        var events = structured(
                "'subject':null", "'time':null", "'ext':null", "'partitionkey':null", "'datacontenttype':null");

        assertThat(attributes(events).properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("id", "source");
        assertThat(record(events).key()).isEqualTo("/s");
    }

    @Test
    void a_member_that_is_there_twice_is_refused() {
        assertThat(refused(() -> structured("'id':'2'"))).containsExactly("id is there twice");
        assertThat(refused(() -> structured("'ext':null", "'ext':'x'"))).containsExactly("ext is there twice");
        assertThat(refused(() -> structured("'data':1", "'data':null"))).containsExactly("data is there twice");
        assertThat(refused(() -> structured("'data_base64':''", "'data_base64':''")))
                .containsExactly("data_base64 is there twice");
    }

    @Test
    void data_and_data_base64_exclude_each_other() {
        assertThat(refused(() -> structured("'data':'a'", "'data_base64':'YQ=='")))
                .containsExactly("data and data_base64 must not be there together");
        assertThat(refused(() -> structured("'data_base64':'YQ=='", "'data':null")))
                .containsExactly("data and data_base64 must not be there together");
        assertThat(refused(() -> structured("'data_base64':null", "'data':1"))).isEmpty();
    }

    @Test
    void data_without_a_content_type_is_json() {
        var events = structured("'data':{'a':1.50}");

        assertThat(SegmentFixture.text(record(events))).endsWith(",'properties':{'a':1.50}}");
        assertThat(attributes(events).path("datacontenttype").asText()).isEqualTo("application/json");
        assertThat(attributes(structured()).has("datacontenttype")).isFalse();
    }

    @Test
    void a_json_string_is_not_read_once_more_as_json() {
        for (var type : new String[] {"", ",'datacontenttype':'application/json'", ",'datacontenttype':'a/b+json'"}) {
            assertThat(properties(structured("'data':'{}'" + type)).toString()).isEqualTo("{\"data\":\"{}\"}");
        }
    }

    @Test
    void a_null_payload_differs_from_none() {
        assertThat(click(structured("'data':null")).path("properties").toString())
                .isEqualTo("{\"data\":null}");
        assertThat(click(structured()).has("properties")).isFalse();
    }

    @Test
    void data_that_is_not_json_by_its_type_is_a_string() {
        var xml = structured("'data':'<much wow=\\'xml\\'/>'", "'datacontenttype':'application/xml'");

        assertThat(properties(xml).path("data").asText()).isEqualTo("<much wow=\"xml\"/>");
        assertThat(properties(structured("'datacontenttype':'text/plain;charset=iso-8859-1'", "'data':'é'"))
                        .path("data")
                        .asText())
                .isEqualTo("é");
        assertThat(refused(() -> structured("'data':{}", "'datacontenttype':'text/xml'")))
                .containsExactly("data must be a JSON string, because datacontenttype is not JSON");
    }

    @Test
    void a_text_and_the_same_characters_in_base64_are_two_values() {
        var text = structured("'datacontenttype':'text/plain'", "'data':'aGk='");
        var sameText = structured("'datacontenttype':'text/plain'", "'data':'hi'");
        var bytes = structured("'datacontenttype':'text/plain'", "'data_base64':'aGk='");

        assertThat(properties(text).toString()).isEqualTo("{\"data\":\"aGk=\"}");
        assertThat(properties(bytes).toString()).isEqualTo("{\"data_base64\":\"aGk=\"}");
        assertThat(properties(sameText).toString()).isEqualTo("{\"data\":\"hi\"}");
    }

    @Test
    void json_in_base64_is_json() {
        var json =
                "{\"order_id\":\"o-2\",\"currency\":\"EUR\",\"products\":[{\"product_id\":\"p\",\"quantity\":1,\"price\":5}]}";
        var order = base64(json).replace("'t'", "'Order Completed'");
        var plain = event("'data':" + json).replace("'t'", "'Order Completed'");

        assertThat(properties(json("application/cloudevents+json", base64("{\"a\":1}")))
                        .path("a")
                        .asInt())
                .isEqualTo(1);
        assertThat(properties(json("application/cloudevents+json", base64("\ufeff[1]")))
                        .toString())
                .isEqualTo("{\"data\":[1]}");
        assertThat(record(json("application/cloudevents+json", order)).channel())
                .isEqualTo(Channels.TRANSACTIONS);
        assertThat(record(json("application/cloudevents+json", order)).value())
                .isEqualTo(record(json("application/cloudevents+json", plain)).value());
    }

    @Test
    void bytes_that_are_not_the_json_that_their_type_says_are_refused() {
        for (var text : new String[] {"", "{", "hello", "{} 1"}) {
            assertThat(refused(() -> json("application/cloudevents+json", base64(text)))
                            .getFirst())
                    .startsWith("data_base64 ");
        }
        assertThat(refused(() -> structured("'datacontenttype':'application/json'", "'data_base64':'/w=='")))
                .containsExactly("data_base64 is not UTF-8");
        assertThat(refused(() ->
                        structured("'datacontenttype':'application/json;charset=utf-16'", "'data_base64':'e30='")))
                .containsExactly("the charset of datacontenttype must be UTF-8 where data_base64 is JSON");
    }

    @Test
    void bytes_without_a_type_stay_bytes() {
        var events = structured("'data_base64':'e30='");

        assertThat(properties(events).toString()).isEqualTo("{\"data_base64\":\"e30=\"}");
        assertThat(attributes(events).has("datacontenttype")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'!!!!'", "'YQ'", "'YQ='", "'Y Q=='", "'YQ==\\n'", "'-_8='", "'é==='"})
    void another_alphabet_is_no_base64(String value) {
        assertThat(refused(() -> structured("'data_base64':" + value)))
                .containsExactly("data_base64 must be Base64 of RFC 4648, section 4, with its padding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "true", "{}", "[]"})
    void base64_is_in_a_json_string(String value) {
        assertThat(refused(() -> structured("'data_base64':" + value)))
                .containsExactly("data_base64 must be a JSON string");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "1", "null", "'x'", "[]", "{", "{} {}", "{'id':}", "{id:'1'}", "{'a':1,}", "{'a':NaN}"})
    void a_body_that_is_no_json_object_is_refused(String body) {
        assertThat(status(() -> json("application/cloudevents+json", body))).isEqualTo(400);
    }

    @Test
    void an_event_is_nested_as_deep_alone_as_in_a_batch() {
        var deepest = event("'data':" + "[".repeat(31) + "]".repeat(31));
        var deeper = event("'data':" + "[".repeat(32) + "]".repeat(32));

        assertThat(status(() -> json("application/cloudevents+json", deepest))).isEqualTo(200);
        assertThat(status(() -> batched("[" + deepest + "]"))).isEqualTo(200);
        assertThat(status(() -> json("application/cloudevents+json", deeper))).isEqualTo(400);
        assertThat(status(() -> batched("[" + deeper + "]"))).isEqualTo(400);
        assertThat(record(json("application/cloudevents+json", deepest)).value())
                .isNotEmpty();
    }

    @Test
    void an_empty_batch_has_no_event() {
        assertThat(batched("[]")).isEmpty();
        assertThat(batched(" [ ] ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[1]", "[[]]", "[null]", "['x']", "[{}", "[] []", "[{},]"})
    void a_batch_is_an_array_of_events(String body) {
        assertThat(status(() -> batched(body))).isEqualTo(400);
    }

    @Test
    void events_of_a_batch_have_nothing_to_do_with_each_other() {
        var events = batched("[" + event("'data_base64':'YQ=='") + ","
                + event("'data':'x'", "'datacontenttype':'text/plain'").replace("/s", "/other") + "]");

        assertThat(events).hasSize(2);
        assertThat(properties(events.subList(1, 2)).path("data").asText()).isEqualTo("x");
        assertThat(properties(events.subList(0, 1)).path("data_base64").asText())
                .isEqualTo("YQ==");
    }

    @Test
    void a_faulty_event_of_a_batch_is_named_by_its_place() {
        assertThat(refused(
                        () -> batched("[" + event() + "," + event("'time':'now'") + ",{'specversion':'0.3','id':''}]")))
                .containsExactly(
                        "[1].time must be a time of RFC 3339, such as 2024-05-01T12:00:00Z",
                        "[2].specversion must be 1.0",
                        "[2].id must not be empty",
                        "[2].source is required",
                        "[2].type is required");
    }

    @Test
    void a_batch_has_at_most_as_many_events_as_the_edge_takes_at_once() {
        var many = IntStream.range(0, 2_501).mapToObj(i -> event()).collect(Collectors.joining(",", "[", "]"));

        assertThat(batched(many.replaceFirst(Pattern.quote(event() + ","), ""))).hasSize(2_500);
        assertThat(status(() -> batched(many))).isEqualTo(413);
        assertThat(status(() -> batched("[" + " ".repeat(512_000) + "]"))).isEqualTo(413);
    }

    private static String base64(String json) {
        var base64 = Base64.getEncoder().encodeToString(utf8(json));
        return event("'datacontenttype':'application/json'", "'data_base64':'" + base64 + "'");
    }
}

package millrace.ingest.cloudevents;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static millrace.ingest.cloudevents.CloudEventFixture.attributes;
import static millrace.ingest.cloudevents.CloudEventFixture.batched;
import static millrace.ingest.cloudevents.CloudEventFixture.binary;
import static millrace.ingest.cloudevents.CloudEventFixture.event;
import static millrace.ingest.cloudevents.CloudEventFixture.headers;
import static millrace.ingest.cloudevents.CloudEventFixture.json;
import static millrace.ingest.cloudevents.CloudEventFixture.properties;
import static millrace.ingest.cloudevents.CloudEventFixture.refused;
import static millrace.ingest.cloudevents.CloudEventFixture.status;
import static millrace.ingest.cloudevents.CloudEventFixture.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import millrace.ingest.segment.SegmentFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of the HTTP protocol binding of CloudEvents for a receiver. */
class HttpBindingTest {
    private static final String JSON = "application/json";

    @ParameterizedTest
    @CsvSource({
        "application/cloudevents+json, 200",
        "application/cloudevents+json; charset=UTF-8, 200",
        "APPLICATION/CloudEvents+JSON;charset=\"utf-8\", 200",
        "application/cloudevents+json; charset=us-ascii, 200",
        "application/cloudevents+json; charset=iso-8859-1, 415",
        "application/cloudevents+json; charset=utf-16, 415",
        "application/cloudevents, 415",
        "application/cloudevents+xml, 415",
        "application/cloudevents+avro, 415",
        "application/cloudevents+json-seq, 415",
        "application/cloudevents-batch, 415",
        "application/cloudevents-batch+protobuf, 415",
        "application/cloudeventsjson, 415",
        "application/cloudevents+json charset=utf-8, 415"
    })
    void the_mode_and_the_format_follow_from_the_content_type(String type, int status) {
        assertThat(status(() -> json(type, event()))).isEqualTo(status);
    }

    @Test
    void a_single_event_and_a_batch_are_not_taken_for_each_other() {
        assertThat(refused(() -> json("application/cloudevents+json", "[" + event() + "]")))
                .containsExactly("The body is not a JSON object.");
        assertThat(refused(() -> batched(event()))).containsExactly("The body is not a JSON array.");
    }

    @Test
    void copies_of_attributes_in_headers_do_not_count_in_structured_mode() {
        var headers = headers("content-type", "application/cloudevents+json", "ce-id", "9", "ce-bad_name", "%");
        var events = CloudEventReader.read(headers, SegmentFixture.json(event()));

        assertThat(attributes(events).path("id").asText()).isEqualTo("1");
        assertThat(refused(() -> CloudEventReader.read(headers, SegmentFixture.json("{}"))))
                .contains("id is required");
    }

    @Test
    void a_header_is_an_attribute_whatever_the_case_of_its_name() {
        var events = binary("", "CE-SubJect", "s", "Ce-Com1Example", "x", "x-ce-other", "y");

        assertThat(attributes(events).path("subject").asText()).isEqualTo("s");
        assertThat(attributes(events).path("com1example").asText()).isEqualTo("x");
        assertThat(attributes(events).has("other")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce-", "ce-my_ext", "ce-my-ext", "ce-data", "ce-data_base64", "ce-ce-id"})
    void a_header_whose_name_is_no_attributes_name_is_refused(String name) {
        assertThat(refused(() -> binary("", name, "x")))
                .singleElement()
                .asString()
                .startsWith(
                        "the attribute " + name.substring(3) + " must have a name of lower-case letters and digits");
    }

    @Test
    void the_content_type_is_the_datacontenttype_and_no_other_header_is() {
        assertThat(attributes(binary("{}", "Content-Type", "application/JSON; a=B"))
                        .path("datacontenttype")
                        .asText())
                .isEqualTo("application/JSON; a=B");
        assertThat(refused(() -> binary("{}", "Content-Type", JSON, "ce-datacontenttype", JSON)))
                .containsExactly("the header ce-datacontenttype must not be there: Content-Type is this attribute");
    }

    @Test
    void a_header_that_is_there_twice_is_refused() {
        assertThat(refused(() -> binary("", "ce-subject", "a", "CE-Subject", "b")))
                .containsExactly("subject is there twice");
        assertThat(refused(() -> binary("", "content-type", "text/plain", "Content-Type", JSON)))
                .containsExactly("The header Content-Type is there twice.");
    }

    @ParameterizedTest
    @CsvSource({
        "Euro%20%E2%82%AC%20%F0%9F%98%80, Euro € 😀",
        "Euro%20%e2%82%ac, Euro €",
        "%41b, Ab",
        "a%25b, a%b",
        "%2541, %41",
        "a+b, a+b",
        "a%22b, 'a\"b'",
        "a b, a b"
    })
    void a_value_is_percent_decoded_once(String header, String value) {
        assertThat(attributes(binary("", "ce-subject", header)).path("subject").asText())
                .isEqualTo(value);
    }

    @Test
    void a_value_in_double_quotes_is_unquoted_before_it_is_decoded() {
        assertThat(attributes(binary("", "ce-subject", "\"a \\\"b\\\" \\\\ %C3%A9\""))
                        .path("subject")
                        .asText())
                .isEqualTo("a \"b\" \\ é");
        assertThat(attributes(binary("", "ce-ext", "\"\"")).path("ext").asText("none"))
                .isEmpty();
        assertThat(attributes(binary("", "ce-ext", "5\" pipe")).path("ext").asText())
                .isEqualTo("5\" pipe");
        assertThat(attributes(binary("", "ce-ext", "a\\b")).path("ext").asText())
                .isEqualTo("a\\b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a%ff%fe",
                "%C0%A0",
                "%ED%A0%80",
                "%F4%90%80%80",
                "%E2%82",
                "100%",
                "%4",
                "%zz",
                "%+1",
                "%\uff11\uff11",
                "\"open",
                "\"",
                "\"a\"b\"",
                "\"a\\\"",
                "caf\u00e9",
                "a\tb"
            })
    void a_value_that_cannot_be_decoded_is_refused_with_the_attributes_name(String value) {
        assertThat(refused(() -> binary("{}", "ce-subject", value, "content-type", JSON)))
                .containsExactly("the header ce-subject must be percent-encoded UTF-8");
        var headers = headers("ce-specversion", "1.0", "ce-id", value, "ce-source", "/s", "ce-type", "t");
        assertThat(refused(() -> CloudEventReader.read(headers, new byte[0])))
                .containsExactly("the header ce-id must be percent-encoded UTF-8");
    }

    @Test
    void a_decoded_value_has_the_rules_of_its_type() {
        assertThat(refused(() -> binary("", "ce-ext", "a%00b")))
                .containsExactly("ext must not have control characters, halves of characters or noncharacters");
        assertThat(refused(() -> binary("", "ce-time", "2024-05-01T12%3A00:00")).getFirst())
                .startsWith("time must be");
        assertThat(CloudEventFixture.click(binary("", "ce-time", "2024-05-01T12%3A00:00Z"))
                        .path("timestamp")
                        .asText())
                .isEqualTo("2024-05-01T12:00:00Z");
    }

    @Test
    void every_fault_of_a_request_is_named() {
        assertThat(refused(() -> CloudEventReader.read(
                        headers("ce-id", "", "ce-source", "a b", "ce-time", "now", "ce-Ext_", "x", "content-type", "x"),
                        new byte[0])))
                .containsExactlyInAnyOrder(
                        "id must not be empty",
                        "source must be a URI reference, and not empty",
                        "time must be a time of RFC 3339, such as 2024-05-01T12:00:00Z",
                        "the attribute ext_ must have a name of lower-case letters and digits, not data",
                        "datacontenttype must be a media type",
                        "specversion is required",
                        "type is required");
    }

    @Test
    void json_without_headers_is_told_what_a_cloud_event_looks_like() {
        assertThat(refused(() -> CloudEventReader.read(headers("content-type", JSON), utf8("{}")))
                        .getFirst())
                .contains("there is no ce- header")
                .contains("application/cloudevents+json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                JSON,
                "text/json",
                "application/vnd.shop.v1+json",
                "image/svg+JSON",
                "application/json;charset=utf8"
            })
    void a_body_is_json_where_its_type_ends_with_json(String type) {
        assertThat(properties(binary("{'a':[1]}", "content-type", type)).toString())
                .isEqualTo("{\"a\":[1]}");
        assertThat(refused(() -> binary("hello", "content-type", type)).getFirst())
                .startsWith("the body is not JSON, though its type is");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "'s'", "true", "null", "[1]"})
    void json_that_is_no_object_is_the_field_data(String json) {
        var events = binary(json, "content-type", JSON);

        assertThat(properties(events).toString()).isEqualTo("{\"data\":" + json.replace('\'', '"') + "}");
        assertThat(attributes(events).path("data_wrapped").asBoolean()).isTrue();
        assertThat(attributes(binary("{'data':1}", "content-type", JSON)).has("data_wrapped"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n\t", "{} {}", "{", "{'a':1,}", "NaN", "// a\n1"})
    void a_body_that_is_not_one_json_value_is_refused(String body) {
        assertThat(refused(() -> binary(body, "content-type", JSON))).hasSize(1);
    }

    @Test
    void an_empty_body_is_no_data() {
        assertThat(CloudEventFixture.click(binary("", "content-type", JSON)).has("properties"))
                .isFalse();
        assertThat(CloudEventFixture.click(binary("")).has("properties")).isFalse();
    }

    @Test
    void text_is_data_as_it_came() {
        assertThat(properties(binary("hello 'you' é", "content-type", "text/plain"))
                        .path("data")
                        .asText())
                .isEqualTo("hello \"you\" é");
        assertThat(properties(binary(utf8("\ufeffa,b\n"), "content-type", "text/csv"))
                        .path("data")
                        .asText())
                .isEqualTo("\ufeffa,b\n");
        assertThat(refused(() -> binary(new byte[] {'a', (byte) 0xE9}, "content-type", "text/plain")))
                .containsExactly("the body is not UTF-8");
    }

    @Test
    void without_a_content_type_nothing_is_inferred() {
        assertThat(properties(binary("hello world")).toString()).isEqualTo("{\"data\":\"hello world\"}");
        assertThat(properties(binary("{'a':1}")).path("data").asText()).isEqualTo("{\"a\":1}");
        assertThat(properties(binary(new byte[] {(byte) 0xFF, 1})).toString()).isEqualTo("{\"data_base64\":\"/wE=\"}");
        assertThat(attributes(binary("hello")).has("datacontenttype")).isFalse();
    }

    @Test
    void data_of_another_type_stays_bytes() {
        var events = binary("<a/>", "content-type", "application/octet-stream");

        assertThat(properties(events).toString()).isEqualTo("{\"data_base64\":\"PGEvPg==\"}");
        assertThat(attributes(events).path("data_wrapped").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json; charset=utf-16",
                "text/plain;charset=iso-8859-1",
                "text/html; charset='windows-1252'"
            })
    void text_in_another_charset_than_utf_8_is_refused(String type) {
        assertThat(status(() -> binary("{}", "content-type", type.replace('\'', '"'))))
                .isEqualTo(415);
    }

    @Test
    void json_is_utf_8_with_or_without_a_byte_order_mark() {
        assertThat(properties(binary(utf8("\ufeff{\"a\":1}"), "content-type", JSON))
                        .path("a")
                        .asInt())
                .isEqualTo(1);
        var type = headers("content-type", "application/cloudevents+json");
        var event = SegmentFixture.json(event("'data':{'a':'é'}"));
        assertThat(properties(CloudEventReader.read(type, utf8("\ufeff" + new String(event, UTF_8))))
                        .path("a")
                        .asText())
                .isEqualTo("é");
        assertThat(refused(() -> CloudEventReader.read(type, event("'data':'é'").getBytes(ISO_8859_1))))
                .containsExactly("The body is not UTF-8.");
        assertThat(refused(() -> CloudEventReader.read(type, event().getBytes(UTF_16))))
                .containsExactly("The body is not UTF-8.");
        assertThat(refused(() -> binary("{'a':'é'}".replace('\'', '"').getBytes(ISO_8859_1), "content-type", JSON)))
                .containsExactly("the body is not UTF-8");
    }

    @Test
    void bytes_that_no_reader_takes_for_utf_8_are_refused_wherever_they_are() {
        for (var sequence :
                new int[][] {{0xED, 0xA0, 0x80}, {0xC0, 0x80}, {0xE0, 0x80, 0x80}, {0xF4, 0x90, 0x80, 0x80}, {0xFE}}) {
            var body = SegmentFixture.json(event("'data':{'a':'????'}"));
            var at = new String(body, ISO_8859_1).indexOf('?');
            for (int i = 0; i < sequence.length; i++) {
                body[at + i] = (byte) sequence[i];
            }

            assertThat(refused(
                            () -> CloudEventReader.read(headers("content-type", "application/cloudevents+json"), body)))
                    .containsExactly("The body is not UTF-8.");
        }
    }

    @Test
    void data_may_be_nested_as_deep_as_the_edge_reads_whatever_it_is_wrapped_in() {
        var deepest = "[".repeat(32) + "]".repeat(32);

        assertThat(SegmentFixture.text(CloudEventFixture.record(binary(deepest, "content-type", JSON))))
                .contains(deepest);
        assertThat(refused(() -> binary("[" + deepest + "]", "content-type", JSON)))
                .containsExactly("the body is nested too deeply, or has a number, a name or a text that is too long");
    }
}

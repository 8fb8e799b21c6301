package millrace.ingest.cloudevents;

import static millrace.ingest.cloudevents.CloudEventFixture.attributes;
import static millrace.ingest.cloudevents.CloudEventFixture.binary;
import static millrace.ingest.cloudevents.CloudEventFixture.click;
import static millrace.ingest.cloudevents.CloudEventFixture.event;
import static millrace.ingest.cloudevents.CloudEventFixture.id;
import static millrace.ingest.cloudevents.CloudEventFixture.json;
import static millrace.ingest.cloudevents.CloudEventFixture.record;
import static millrace.ingest.cloudevents.CloudEventFixture.refused;
import static millrace.ingest.cloudevents.CloudEventFixture.structured;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import millrace.events.Channels;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.ingest.segment.SegmentFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of the CloudEvents specification itself, which hold in each mode: names, types and values of attributes. */
class CoreSpecificationTest {
    @ParameterizedTest
    @ValueSource(strings = {"specversion", "id", "source", "type"})
    void a_required_attribute_must_be_there(String name) {
        var without = event().replaceAll("'" + name + "':'[^']*',?", "").replace(",}", "}");

        assertThat(refused(() -> json("application/cloudevents+json", without))).containsExactly(name + " is required");
        var nulled = event().replaceAll("'" + name + "':'[^']*'", "'" + name + "':null");
        assertThat(refused(() -> json("application/cloudevents+json", nulled))).containsExactly(name + " is required");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id",
                "source",
                "type",
                "specversion",
                "subject",
                "partitionkey",
                "dataschema",
                "time",
                "datacontenttype"
            })
    void an_attribute_that_must_not_be_empty_is_not(String name) {
        var empty = event(
                        "'subject':'s'",
                        "'partitionkey':'k'",
                        "'dataschema':'a:b'",
                        "'time':'2024-05-01T12:00:00Z'",
                        "'datacontenttype':'a/b'")
                .replaceAll("'" + name + "':'[^']*'", "'" + name + "':''");

        assertThat(refused(() -> json("application/cloudevents+json", empty)))
                .singleElement()
                .asString()
                .startsWith(name + " must ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.3", "1.1", "2.0", "1", "1.0 ", "v1.0"})
    void a_version_other_than_1_0_is_refused(String version) {
        assertThat(refused(() -> binary("", "ce-subject", "s").getFirst())).isEmpty();
        assertThat(refused(() -> json("application/cloudevents+json", event().replace("1.0", version))))
                .containsExactly("specversion must be 1.0");
    }

    @Test
    void source_and_id_together_tell_events_apart() {
        var a = json("application/cloudevents+json", event().replace("/s", "/s#a"));
        var b = json("application/cloudevents+json", event().replace("/s", "/s#b"));

        assertThat(id(a)).isEqualTo("/s#a 1");
        assertThat(id(b)).isEqualTo("/s#b 1");
        assertThat(record(a).identity()).isNotEqualTo(record(b).identity());
        assertThat(record(a).identity())
                .isEqualTo(record(structuredLike("/s#a")).identity());
        assertThat(click(a).path("messageId").asText()).isEqualTo("/s#a 1");
        assertThat(attributes(a).path("id").asText()).isEqualTo("1");
        assertThat(attributes(a).path("source").asText()).isEqualTo("/s#a");
    }

    private static List<CloudEvent> structuredLike(String source) {
        return json("application/cloudevents+json", event("'subject':'another'").replace("'/s'", "'" + source + "'"));
    }

    @Test
    void an_id_and_a_source_are_as_long_as_a_record_can_have_them() {
        assertThat(refused(() ->
                        json("application/cloudevents+json", event().replace("'1'", "'" + "i".repeat(100) + "'"))))
                .isEmpty();
        assertThat(refused(() ->
                        json("application/cloudevents+json", event().replace("'1'", "'" + "i".repeat(101) + "'"))))
                .containsExactly("id must have at most 100 characters");
        assertThat(refused(() -> json("application/cloudevents+json", event().replace("/s", "/" + "s".repeat(255)))))
                .isEmpty();
        assertThat(refused(() -> json("application/cloudevents+json", event().replace("/s", "/" + "s".repeat(256)))))
                .containsExactly("source must have at most 256 characters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.com/cloudevents",
                "mailto:cncf-wg-serverless@lists.cncf.io",
                "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
                "/cloudevents/spec/pull/123",
                "1-555-123-4567",
                "/apis/v1/namespaces/ns/kafkasources/s#topic-a",
                "//host:80/path?a=b/c?d",
                "http://[2001:db8::7]/x",
                "http://user:word@example.org:8080",
                "?q",
                "#f",
                "./a:b",
                "a%20b",
                "/café/日本/😀"
            })
    void a_source_is_a_uri_reference(String source) {
        assertThat(refused(() -> json("application/cloudevents+json", event().replace("/s", source))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "a b",
                "/a b",
                "a%2",
                "%zz",
                ":a",
                "1:a",
                "<a>",
                "a^b",
                "a|b",
                "{a}",
                "a\\\\b",
                "http://[::1",
                "a`b",
                "a#b#c",
                "http://a:port/"
            })
    void another_text_is_no_source(String source) {
        assertThat(refused(() -> json("application/cloudevents+json", event().replace("/s", source))))
                .containsExactly("source must be a URI reference, and not empty");
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.org/schema.json, true",
        "urn:a:b, true",
        "http://json-schema.org/draft-07/schema#, true",
        "/schema.json, false",
        "schema.json, false",
        "//example.org/schema, false",
        "http://exa mple.org, false"
    })
    void a_data_schema_is_an_absolute_uri(String schema, boolean isOne) {
        assertThat(refused(() -> structured("'dataschema':'" + schema + "'")).isEmpty())
                .isEqualTo(isOne);
    }

    @ParameterizedTest
    @CsvSource({
        "2023-05-01T12:00:00Z, 2023-05-01T12:00:00Z",
        "2023-05-01t12:00:00z, 2023-05-01T12:00:00Z",
        "2023-05-01T12:00:00.5Z, 2023-05-01T12:00:00.500Z",
        "2023-05-01T12:00:00.1234567899999999999Z, 2023-05-01T12:00:00.123456789Z",
        "2023-05-01T14:30:00+02:30, 2023-05-01T12:00:00Z",
        "2023-05-01T12:00:00+00:00, 2023-05-01T12:00:00Z",
        "2023-05-01T12:00:00-00:00, 2023-05-01T12:00:00Z",
        "2023-04-30T12:01:00-23:59, 2023-05-01T12:00:00Z",
        "2016-12-31T23:59:60Z, 2016-12-31T23:59:59Z",
        "2016-12-31T23:59:60.25Z, 2016-12-31T23:59:59.250Z",
        "2016-12-31T15:59:60-08:00, 2016-12-31T23:59:59Z",
        "2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z"
    })
    void a_time_is_one_of_rfc_3339(String written, String meant) {
        var events = structured("'time':'" + written + "'");

        assertThat(Instant.parse(click(events).path("timestamp").asText())).isEqualTo(Instant.parse(meant));
        assertThat(attributes(events).path("time").asText()).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-05-01",
                "2024-05-01T12:00Z",
                "2024-05-01T12:00:00",
                "2024-05-01 12:00:00Z",
                "2024-05-01T12:00:00+02",
                "2024-05-01T12:00:00+0200",
                "2024-05-01T12:00:00.Z",
                "2024-05-01T12:00:00,5Z",
                "20240501T120000Z",
                "2024-05-01T24:00:00Z",
                "2024-05-01T12:60:00Z",
                "2024-05-01T12:00:61Z",
                "2024-05-01T12:00:60Z",
                "2024-05-15T23:59:60Z",
                "2024-02-30T12:00:00Z",
                "2023-02-29T12:00:00Z",
                "2024-13-01T12:00:00Z",
                "2024-05-01T12:00:00+24:00",
                "2024-05-01T12:00:00+02:60",
                "+2024-05-01T12:00:00Z",
                "2024-W18-3T12:00:00Z",
                "٢٠٢٤-05-01T12:00:00Z",
                "1714564800"
            })
    void another_form_of_time_is_refused(String time) {
        assertThat(refused(() -> structured("'time':'" + time + "'")))
                .containsExactly("time must be a time of RFC 3339, such as 2024-05-01T12:00:00Z");
    }

    @Test
    void a_time_before_1970_is_refused() {
        assertThat(record(structured("'time':'1969-12-31T23:59:59Z'")).channel())
                .isEqualTo(Channels.REJECTED_EVENTS);
        assertThat(record(structured("'time':'0000-01-01T00:00:00+01:00'")).channel())
                .isEqualTo(Channels.REJECTED_EVENTS);
    }

    @Test
    void a_time_after_the_last_year_of_iso_8601_is_a_clock_that_is_ahead() {
        var click = click(structured("'time':'9999-12-31T23:59:59-12:00'"));

        assertThat(click.path("timestamp").asText()).isEqualTo(SegmentFixture.RECEIVED.toString());
        assertThat(click.path("clockAhead").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ext", "my_ext", "my-ext", "my.ext", "é", "", "data_base", "a b", "data\\u0000"})
    void a_name_has_lower_case_letters_and_digits_only(String name) {
        assertThat(refused(() -> structured("'" + name + "':'x'")))
                .singleElement()
                .asString()
                .contains("must have a name of lower-case letters and digits");
    }

    @Test
    void a_name_may_have_more_than_twenty_characters_but_not_more_than_a_hundred() {
        assertThat(attributes(structured("'comexampleextensionnumber1':'x'"))
                        .path("comexampleextensionnumber1")
                        .asText())
                .isEqualTo("x");
        assertThat(attributes(structured("'5g':'x'")).path("5g").asText()).isEqualTo("x");
        assertThat(refused(() -> structured("'" + "n".repeat(101) + "':'x'"))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\u0000",
                "\\n",
                "\\u007f",
                "\\u0085",
                "\\ud83d",
                "\\ude00\\ud83d",
                "\\ufffe",
                "\\ufdd0",
                "\\ud83f\\udfff"
            })
    void a_character_that_the_type_string_excludes_is_refused(String character) {
        for (var name : new String[] {"ext", "subject", "partitionkey", "dataschema", "source2"}) {
            assertThat(refused(() -> structured("'" + name + "':'x" + character + "'")))
                    .containsExactly(name + " must not have control characters, halves of characters or noncharacters");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud83d\\ude00", "\\ud800\\udead", "é", "\\u00a0", "\\ufffd"})
    void any_other_character_is_taken(String character) {
        assertThat(refused(() -> structured("'ext':'" + character + "'"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "json",
                "text plain",
                "text/",
                "/plain",
                "text/plain; charset",
                "text/plain, a/b",
                "a/b; =c",
                "é/b"
            })
    void a_content_type_is_a_media_type(String type) {
        assertThat(refused(() -> structured("'datacontenttype':'" + type + "'")))
                .containsExactly("datacontenttype must be a media type");
        assertThat(refused(() -> binary("", "content-type", type))).contains("datacontenttype must be a media type");
    }

    @Test
    void a_media_type_and_the_names_of_its_parameters_are_read_in_any_case() {
        assertThat(CloudEventFixture.properties(binary("hello", "content-type", "TEXT/Plain; CharSet=\"UTF-8\""))
                        .path("data")
                        .asText())
                .isEqualTo("hello");
        assertThat(CloudEventFixture.properties(
                                binary("{'a':1}", "content-type", "Application/VND.Shop+JSON;charset=Utf-8;q=1"))
                        .path("a")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void the_key_is_the_partition_key_or_else_the_subject_or_else_the_source() {
        assertThat(record(structured("'subject':'u'", "'partitionkey':'k'")).key())
                .isEqualTo("k");
        assertThat(record(structured("'partitionkey':42")).key()).isEqualTo("42");
        assertThat(record(structured("'subject':'u'")).key()).isEqualTo("u");
        assertThat(record(structured("'subject':'" + "u".repeat(257) + "'")).key())
                .isEqualTo("/s");
        assertThat(record(structured()).key()).isEqualTo("/s");
        assertThat(refused(() -> structured("'partitionkey':'" + "k".repeat(257) + "'")))
                .containsExactly("partitionkey must have at most 256 characters");
    }

    @Test
    void an_order_without_a_partition_key_has_no_visitor() {
        var order = event("'data':{'order_id':'o-1'}").replace("'t'", "'Order Cancelled'");
        var record = record(json("application/cloudevents+json", order));

        assertThat(record.channel()).isEqualTo(Channels.TRANSACTIONS);
        assertThat(record.key()).isEqualTo("shop/o-1");
        assertThat(SegmentFixture.event(Channels.TRANSACTIONS, record))
                .isInstanceOfSatisfying(
                        CancellationRequested.class,
                        event -> assertThat(event.eventId()).isEqualTo("/s 1"));
    }

    @Test
    void an_event_of_64_kib_is_taken_and_a_larger_one_refused() {
        var largest = 64 * 1024 - event("'data':''").length();

        assertThat(refused(() -> structured("'data':'" + "x".repeat(largest) + "'")))
                .isEmpty();
        assertThat(refused(() -> structured("'data':'" + "x".repeat(largest + 1) + "'")))
                .containsExactly("an event must have at most 65536 bytes");
        assertThat(refused(() -> binary("x".repeat(64 * 1024)))).isEmpty();
        assertThat(refused(() -> binary("x".repeat(64 * 1024 + 1))))
                .containsExactly("the data must have at most 65536 bytes");
    }

    @Test
    void attributes_and_faults_are_bounded_in_number_and_length() {
        var many = IntStream.range(0, 3_000).mapToObj(i -> "'a" + i + "!':1.5").collect(Collectors.joining(","));
        var faults = refused(() -> structured(many));

        assertThat(faults).hasSize(ContextAttributes.MOST - 4 + 1);
        assertThat(faults.getLast()).isEqualTo("an event must have at most 50 attributes and has 3004");
        var long1 = refused(() -> structured("'" + "N".repeat(900) + "':1"));
        assertThat(long1.getFirst()).hasSizeLessThan(200);
        var batch = IntStream.range(0, 2_500).mapToObj(i -> "{}").collect(Collectors.joining(",", "[", "]"));
        assertThat(refused(() -> CloudEventFixture.batched(batch)))
                .hasSize(CloudEventFaults.MOST + 1)
                .endsWith("There are more faults: " + (4 * 2_500 - CloudEventFaults.MOST));
    }
}

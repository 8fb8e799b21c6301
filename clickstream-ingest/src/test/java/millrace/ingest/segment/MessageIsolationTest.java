package millrace.ingest.segment;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static millrace.ingest.segment.SegmentFixture.json;
import static millrace.ingest.segment.SegmentFixture.record;
import static millrace.ingest.segment.SegmentFixture.records;
import static millrace.ingest.segment.SegmentFixture.recordsOf;
import static millrace.ingest.segment.SegmentFixture.rejected;
import static millrace.ingest.segment.SegmentFixture.text;
import static millrace.ingest.segment.SegmentFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import millrace.events.Channels;
import millrace.ingest.auth.AddressPolicy;
import millrace.ingest.auth.BrowserVisitor;
import millrace.ingest.http.Limits;
import millrace.ingest.publish.PendingRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A faulty message is rejected alone, regardless of its fault, and other messages read as they do without it. */
class MessageIsolationTest {
    private static final String TOO_MUCH =
            "A message must not be nested deeper than 32, nor have a number, a name or a text that is too long";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type' 'page'}",
                "{'type':'page','anonymousId':'a',}",
                "{'a':oops}",
                "{'a':01}",
                "{'a':NaN}",
                "{'a':'\\x'}",
                "{'a':'\t'}",
                "{a:1}",
                "oops",
                "[1,}",
            })
    void no_json_among_messages(String broken) {
        var isFollowed = !broken.equals("[1,}");
        var body = SegmentBody.ofBatch(json("{'batch':[" + good("1") + "," + broken + "," + good("2") + "]}"));

        assertThat(body.problem() == null).isEqualTo(isFollowed);
        if (isFollowed) {
            assertThat(channels(body)).containsExactly("clicks 1", "rejected-events", "clicks 2");
        }
    }

    @Test
    void what_is_too_deep_or_too_long_among_messages() {
        for (var field : List.of(
                "'n':" + "{'n':".repeat(40) + "1" + "}".repeat(40),
                "'n':" + "[".repeat(32) + "]".repeat(32),
                "'n':" + "9".repeat(120),
                "'n':0." + "9".repeat(120),
                "'" + "n".repeat(1_001) + "':1")) {
            var bad = "{'type':'page','messageId':'bad','anonymousId':'a'," + field + "}";
            var records = records(good("1"), bad, good("2"));

            assertThat(records)
                    .extracting(MessageIsolationTest::channel)
                    .containsExactly("clicks 1", "rejected-events", "clicks 2");
            assertThat(rejected(records.get(1))).satisfies(event -> {
                assertThat(event.reasons()).containsExactly(TOO_MUCH);
                assertThat(event.eventId()).isEqualTo("bad");
                assertThat(event.original()).isEqualTo(json(bad));
            });
        }
    }

    @Test
    void thirty_two_levels_are_not_too_deep_beside_whatever() {
        var deep = "{'type':'page','messageId':'3','anonymousId':'a','n':" + "[".repeat(31) + "]".repeat(31) + "}";

        assertThat(records(deep, "{'type' 'page'}"))
                .extracting(MessageIsolationTest::channel)
                .contains("clicks 3");
        assertThat(records(deep)).extracting(MessageIsolationTest::channel).containsExactly("clicks 3");
    }

    @Test
    void many_values_in_all_are_no_fault_of_any_message() {
        var many = good("1").replace("}", ",'n':[" + "1,".repeat(15_000) + "1]}");
        var body = "{'batch':[" + (many + ",").repeat(15) + many + "]}";

        assertThat(body.length()).isLessThan(Limits.BODY);
        assertThat(SegmentBody.ofBatch(json(body)).problem()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u00ed\u00a0\u0080",
                "\u00ed\u00a0\u00bd\u00ed\u00b8\u0080",
                "\u00c0\u0080",
                "\u00c1\u00bf",
                "\u00e0\u0080\u0080",
                "\u00f0\u0080\u0080\u0080",
                "\u00f4\u0090\u0080\u0080",
                "\u00f5\u0090\u0080\u0080",
                "\u00fe",
                "\u0080",
                "\u00e2\u0082",
                "\u00c3",
            })
    void ill_formed_bytes_among_messages(String bytes) {
        for (var bad : List.of(
                "{'type':'page','messageId':'bad','anonymousId':'a','properties':{'title':'?'}}",
                "{'type':'page','messageId':'bad','anonymousId':'a','?':1}",
                "{'type':'page','anonymousId':'?'}")) {
            var written = "{'batch':[" + good("1") + "," + bad + "," + good("2") + "]}";
            var body = written.replace("?", bytes).replace('\'', '"').getBytes(ISO_8859_1);

            assertThat(channels(SegmentBody.ofBatch(body))).containsExactly("clicks 1", "rejected-events", "clicks 2");
            assertThat(SegmentBody.ofMessage(
                                    "page",
                                    bad.replace("?", bytes).replace('\'', '"').getBytes(ISO_8859_1))
                            .messages()
                            .getFirst()
                            .faults())
                    .contains("A message must be UTF-8");
        }
    }

    @Test
    void every_character_of_utf_8_is_taken() {
        for (var character : List.of(
                "\u007f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\ud800\udc00", "\udbff\udfff")) {
            assertThat(text(record(good("1").replace("}", ",'x':'1234567" + character + "'}"))))
                    .contains(character);
        }
    }

    @Test
    void a_byte_order_mark_is_skipped() {
        var body = ("\ufeff" + new String(json("{'batch':[" + good("1") + "]}"), UTF_8)).getBytes(UTF_8);
        var message = ("\ufeff" + new String(json(good("1")), UTF_8)).getBytes(UTF_8);

        assertThat(channels(SegmentBody.ofBatch(body))).containsExactly("clicks 1");
        assertThat(SegmentBody.ofMessage("page", message).problem()).isNull();
    }

    @Test
    void numbers_in_places_of_ids_are_their_decimal_text() {
        var click = tree(record("{'type':'group','messageId':12,'anonymousId':1e3,'userId':12345678901234567890123,"
                + "'groupId':4.0,'previousId':-5}"));

        assertThat(text(record("{'type':'track','userId':7,'event':5,'messageId':9}")))
                .contains("'messageId':'9'", "'userId':'7'", "'event':'5'");
        assertThat(click.path("messageId").textValue()).isEqualTo("12");
        assertThat(click.path("anonymousId").textValue()).isEqualTo("1000");
        assertThat(click.path("userId").textValue()).isEqualTo("12345678901234567890123");
        assertThat(click.path("groupId").textValue()).isEqualTo("4");
        assertThat(click.path("previousId").textValue()).isEqualTo("-5");
    }

    @Test
    void an_empty_array_is_an_empty_object() {
        var click =
                record("{'type':'page','userId':'u','messageId':'1','context':{'page':[]},'properties':[],'traits':[ ],"
                        + "'integrations':[]}");

        assertThat(text(click)).endsWith(",'context':{'page':{}},'properties':{},'traits':{},'integrations':{}}");
        assertThat(text(record("{'type':'page','userId':'u','context':[]}"))).endsWith(",'context':{}}");
    }

    @Test
    void of_a_field_that_is_there_twice_the_last_counts() {
        var click = tree(record("{'type':'track','type':'page','userId':'a','userId':'b','name':'x','name':'y'}"));

        assertThat(click.path("userId").textValue()).isEqualTo("b");
        assertThat(click.path("type").textValue()).isEqualTo("page");
        assertThat(click.path("name").textValue()).isEqualTo("y");
    }

    @Test
    void the_context_of_a_batch_is_merged_into_each_message_whose_own_wins() {
        var page =
                "{'type':'page','messageId':'1','anonymousId':'a','context':{'locale':'de-DE','page':{'path':'/own'}}}";
        var batch = "{'context':{'locale':'en','page':{'path':'/','title':'T'},'ip':'203.0.113.77','n':1.50},"
                + "'batch':[" + page + "," + good("2") + ",{'type' 'page'}],'integrations':{'All':true}}";

        var clicks = recordsOf(batch);

        assertThat(text(clicks.getFirst()))
                .endsWith(
                        ",'context':{'locale':'de-DE','page':{'path':'/own','title':'T'},'ip':'203.0.113.0','n':1.50},"
                                + "'integrations':{'All':true}}");
        assertThat(text(clicks.get(1)))
                .contains("'context':{'locale':'en','page':{'path':'/','title':'T'},'ip':'203.0.113.0','n':1.50}");
        assertThat(rejected(clicks.getLast()).original()).isEqualTo(json("{'type' 'page'}"));
        assertThat(text(recordsOf("{'context':[],'integrations':null,'batch':[" + good("1") + "]}")
                        .getFirst()))
                .doesNotContain("context");
    }

    @Test
    void a_small_body_with_a_long_context_does_not_become_a_huge_one() {
        var body = "{'context':{'x':'" + "x".repeat(30_000) + "'},'batch':[" + (good("1") + ",").repeat(2_000)
                + good("1") + "]}";

        var messages = SegmentBody.ofBatch(json(body)).messages();

        var taken =
                messages.stream().filter(message -> message.faults().isEmpty()).toList();
        assertThat(taken.stream()
                        .mapToLong(message -> message.forwarded().stream()
                                .mapToLong(slice -> slice.length())
                                .sum())
                        .sum())
                .isBetween(3_000_000L, (long) Limits.MERGED);
        assertThat(messages.getLast().faults())
                .singleElement()
                .asString()
                .startsWith("The context or the integrations");
    }

    @Test
    void every_address_is_cut_wherever_it_stands() {
        var message =
                "{'type':'page','userId':'u','messageId':'1','context':{'ip':'203.0.113.77','ip':'203.0.113.78','device':"
                        + "{'ip':'203.0.113.79'}},'context':{'\\u0069p':'2001:db8:1:2::1'},'properties':{'ip':'203.0.113.80','a':[{'ip':"
                        + "'203.0.113.81'}]},'traits':{'ip':'not one'},'ip':'203.0.113.82','request_ip':'203.0.113.83'}";

        assertThat(text(record(message)))
                .doesNotContainPattern("203[.]0[.]113[.][78]")
                .doesNotContain("2001:db8:1:2")
                .contains(
                        "'ip':'203.0.113.0'",
                        "'\\u0069p':'2001:db8:1::'",
                        "'request_ip':'203.0.113.0'",
                        "'traits':{'ip':'not one'}");
    }

    @Test
    void every_address_and_key_is_cut_in_what_is_rejected() {
        for (var body : List.of(
                "{'type':'oops','writeKey':'secret','context':{'ip':'203.0.113.77','ip':'203.0.113.78'}}",
                "{'type' 'oops','writeKey' : 'secret','\\u0069p':'203.0.113.77'}",
                "{'type':'oops','context':{'ip':{'a':['203.0.113.77']}}}",
                "{'type':'oops','context':{'ip':2030113777}}")) {
            assertThat(new String(rejected(record(body)).original(), UTF_8))
                    .doesNotContain("113.7", "1137", "secret")
                    .contains("oops");
        }
    }

    @Test
    void an_address_that_is_a_number_is_none() {
        var click = tree(record("{'type':'page','userId':'u','context':{'ip':1e99999999999}}"));

        assertThat(click.at("/context/ip").isNull()).isTrue();
    }

    @Test
    void an_answer_and_what_is_kept_of_a_message_are_no_longer_than_they_may_be() {
        var message = "{'type':'track','userId':'u','event':'Order Completed','properties':{'products':["
                + "{'price':[]},".repeat(100) + "{}]}}";
        var events =
                SegmentFixture.conversion(SegmentFixture.shop(AddressPolicy.TRUNCATED), BrowserVisitor.UNKNOWN, null);

        var records =
                events.records(SegmentBody.ofBatch(json("{'batch':[" + (message + ",").repeat(300) + message + "]}"))
                        .messages());

        assertThat(events.rejected()).hasSize(301);
        assertThat(events.rejected().getFirst().reasons()).hasSize(21).last().isEqualTo("There are 81 more faults");
        assertThat(events.response().body()).hasSizeLessThan(100_000);
        assertThat(records).allSatisfy(record -> assertThat(record.value()).hasSizeLessThan(6_000));
    }

    private static String good(String id) {
        return "{'type':'page','messageId':'" + id + "','anonymousId':'a'}";
    }

    private static List<String> channels(SegmentBody body) {
        return SegmentFixture.conversion(SegmentFixture.shop(AddressPolicy.TRUNCATED), BrowserVisitor.UNKNOWN, null)
                .records(body.messages())
                .stream()
                .map(MessageIsolationTest::channel)
                .toList();
    }

    private static String channel(PendingRecord record) {
        return record.channel() == Channels.CLICKS
                ? "clicks " + tree(record).path("messageId").asText()
                : record.channel().name();
    }
}

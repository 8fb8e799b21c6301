package millrace.ingest.segment;

import static millrace.ingest.segment.SegmentFixture.RECEIVED;
import static millrace.ingest.segment.SegmentFixture.message;
import static millrace.ingest.segment.SegmentFixture.record;
import static millrace.ingest.segment.SegmentFixture.records;
import static millrace.ingest.segment.SegmentFixture.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import millrace.events.Channels;
import millrace.ingest.publish.PendingRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentFaultsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "5 | A message must be a JSON object",
                "[] | A message must be a JSON object",
                "null | A message must be a JSON object",
                "'text' | A message must be a JSON object",
                "{'type':'page'} | anonymousId or userId is required",
                "{'type':'page','anonymousId':'','userId':null} | anonymousId or userId is required",
                "{'anonymousId':'a'} | type must be one of track, page, screen, identify, group, alias",
                "{'anonymousId':'a','type':'pageview'} | type must be one of track, page, screen, identify, group, alias",
                "{'type':'track','anonymousId':'a'} | event is required of a track message",
                "{'type':'group','anonymousId':'a'} | groupId is required of a group message",
                "{'type':'alias','anonymousId':'a'} | previousId is required of an alias message",
                "{'type':'page','anonymousId':'a','messageId':[7]} | messageId must be text",
                "{'type':'page','anonymousId':'a','messageId':'digest:7'} | messageId must not begin with digest:, as ids of the edge do",
                "{'type':'page','anonymousId':'a','userId':true} | userId must be text",
                "{'type':'page','anonymousId':'a','userId':1e999} | userId must have at most 256 characters",
                "{'type':'page','anonymousId':'a','userId':1e99999999999} | userId must have at most 256 characters",
                "{'type':'page','userId':'u','anonymousId':{}} | anonymousId must be text",
                "{'type':'page','anonymousId':'a','name':['x']} | name must be text",
                "{'type':'page','anonymousId':'a','properties':'/'} | properties must be a JSON object",
                "{'type':'page','anonymousId':'a','properties':{'path':{}}} | properties.path must be text",
                "{'type':'page','anonymousId':'a','context':7} | context must be a JSON object",
                "{'type':'page','anonymousId':'a','context':{'page':{'url':[]}}} | context.page.url must be text",
                "{'type':'page','anonymousId':'a','context':{'userAgent':[1]}} | context.userAgent must be text",
                "{'type':'page','anonymousId':'a','traits':7} | traits must be a JSON object",
                "{'type':'page','anonymousId':'a','integrations':[1,[2]]} | integrations must be a JSON object",
                "{'type':'page','anonymousId':'a\\u0000'} | anonymousId must not have control characters or halves of characters",
                "{'type':'page','anonymousId':'\\ud800'} | anonymousId must not have control characters or halves of characters",
                "{'type':'page','anonymousId':'a','timestamp':1714564800} | timestamp must be text",
                "{'type':'page','anonymousId':'a','timestamp':'yesterday'} | timestamp must be a time in ISO 8601, for example 2024-05-01T12:00:00Z",
            })
    void a_fault_is_named(String message, String reason) {
        assertThat(rejected(record(message)).reasons()).containsExactly(reason);
    }

    @Test
    void ids_and_messages_have_a_longest() {
        assertThat(rejected(record(message("page", "'messageId':'" + "x".repeat(101) + "'")))
                        .reasons())
                .containsExactly("messageId must have at most 100 characters");
        assertThat(rejected(record(message("page", "'userId':'" + "x".repeat(257) + "'")))
                        .reasons())
                .containsExactly("userId must have at most 256 characters");
        assertThat(rejected(record(message("page", "'x':'" + "x".repeat(32_768) + "'")))
                        .reasons())
                .containsExactly("A message must have at most 32768 bytes");
    }

    @Test
    void every_fault_is_named_at_once() {
        assertThat(rejected(record("{'type':'track','messageId':{},'timestamp':'soon'}"))
                        .reasons())
                .containsExactlyInAnyOrder(
                        "messageId must be text",
                        "anonymousId or userId is required",
                        "event is required of a track message",
                        "timestamp must be a time in ISO 8601, for example 2024-05-01T12:00:00Z");
    }

    @Test
    void a_faulty_message_costs_only_itself() {
        var records = records(message("page"), " {'type':'page', 'messageId':'1'} ", message("page"));

        assertThat(records)
                .extracting(PendingRecord::channel)
                .containsExactly(Channels.CLICKS, Channels.REJECTED_EVENTS, Channels.CLICKS);
    }

    @Test
    void a_rejected_message_is_kept_as_it_came_with_its_place() {
        var record =
                records(message("page"), " {'type':'page', 'messageId':'1'} ").getLast();

        assertThat(record.key()).isEqualTo("shop");
        assertThat(rejected(record)).satisfies(event -> {
            assertThat(event.eventId()).isEqualTo("1");
            assertThat(event.source()).isEqualTo("shop");
            assertThat(event.path()).isEqualTo("/v1/batch");
            assertThat(event.index()).isEqualTo(1);
            assertThat(event.original()).isEqualTo(SegmentFixture.json("{'type':'page', 'messageId':'1'}"));
            assertThat(event.receivedAt()).isEqualTo(RECEIVED);
        });
    }

    @Test
    void an_id_that_is_none_is_not_passed_on() {
        var record = record(message("page", "'messageId':'" + "x".repeat(101) + "'"));

        assertThat(rejected(record).eventId()).hasSize(36);
    }
}

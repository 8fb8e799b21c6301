package millrace.ingest.segment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static millrace.ingest.segment.SegmentFixture.RECEIVED;
import static millrace.ingest.segment.SegmentFixture.event;
import static millrace.ingest.segment.SegmentFixture.message;
import static millrace.ingest.segment.SegmentFixture.record;
import static millrace.ingest.segment.SegmentFixture.records;
import static millrace.ingest.segment.SegmentFixture.text;
import static millrace.ingest.segment.SegmentFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.StreamSupport;
import millrace.events.Channels;
import millrace.events.ClickEvent;
import millrace.ingest.publish.PendingRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentClicksTest {
    private static final String STAMPED =
            "{'type':'page','messageId':'1','source':'shop','anonymousId':'a','timestamp':'2024-05-01T12:00:00Z',"
                    + "'receivedAt':'2024-05-01T12:00:00Z'";

    @Test
    void a_message_keeps_its_own_fields_and_is_stamped() {
        var click = record("{'type':'page','messageId':'1','anonymousId':'a','name':'Home','properties':{'path':'/'}}");

        assertThat(text(click)).isEqualTo(STAMPED + ",'name':'Home','properties':{'path':'/'}}");
    }

    @Test
    void what_is_passed_on_stays_as_it_is_written() {
        var fields = "'price':1.50,'big':123456789012345678901234567890,'text':'é \\u00e9 \\n 💶','deep':{'a':[1, {}]}";

        assertThat(text(record(message("page", "'messageId':'1'", fields)))).isEqualTo(STAMPED + "," + fields + "}");
    }

    @Test
    void what_the_edge_says_itself_is_not_taken_from_the_sender() {
        var claims =
                "'source':'bank','receivedAt':'2000-01-01T00:00:00Z','clockAhead':true,'sentAt':'x','writeKey':'k'";

        assertThat(text(record(message("page", "'messageId':'1'", claims)))).isEqualTo(STAMPED + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'page','messageId':'1','anonymousId':'a','x':1,'y':2}",
                "{'x':1,'y':2,'type':'page','messageId':'1','anonymousId':'a'}",
                "{'type':'page','x':1,'messageId':'1','y':2,'anonymousId':'a'}",
                "{ 'x' : 1 ,\n\t'type' : 'page' , 'messageId':'1' , 'y' : 2 , 'anonymousId' : 'a' }",
            })
    void fields_are_passed_on_wherever_they_stand(String message) {
        assertThat(tree(record(message))).isEqualTo(tree(record(message("page", "'messageId':'1'", "'x':1", "'y':2"))));
    }

    @Test
    void a_message_without_an_id_is_given_one() {
        var clicks = records(message("page"), message("page"));

        assertThat(clicks)
                .extracting(click -> tree(click).path("messageId").asText())
                .doesNotHaveDuplicates();
        assertThat(tree(clicks.getFirst()).path("messageId").asText()).matches("[0-9a-f]{8}-[0-9a-f]{4}-7.*");
    }

    @Test
    void the_key_is_the_anonymous_id_else_the_users() {
        var clicks = records(
                "{'type':'page','anonymousId':'a','userId':'u'}",
                "{'type':'page','userId':'u'}",
                "{'type':'page','anonymousId':'','userId':'u'}",
                "{'type':'page','anonymousId':'a','userId':null}");

        assertThat(clicks).extracting(PendingRecord::key).containsExactly("a", "u", "u", "a");
        assertThat(clicks)
                .extracting(click -> event(Channels.CLICKS, click).visitor())
                .containsExactly("a", "u", "u", "a");
    }

    @Test
    void the_record_says_what_it_is_without_being_opened() {
        var click = record(message("page", "'messageId':'1'", "'timestamp':'2010-12-01T08:00:00Z'"));

        assertThat(click.channel()).isEqualTo(Channels.CLICKS);
        assertThat(click.acceptedAt()).isEqualTo(RECEIVED);
        assertThat(StreamSupport.stream(click.headers().spliterator(), false)
                        .map(header -> header.key() + "=" + new String(header.value(), UTF_8))
                        .map(header -> header.replaceAll("^digest=[0-9a-f]{32}$", "digest")))
                .containsExactlyInAnyOrder(
                        "ce_specversion=1.0",
                        "ce_id=1",
                        "ce_type=clicks.page",
                        "ce_source=shop",
                        "ce_time=2010-12-01T08:00:00Z",
                        "content-type=application/json",
                        "digest",
                        "traceparent=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'page','userId':'u','name':null,'properties':null,'context':null}",
                "{'type':'page','userId':'u','properties':{'path':'/','x':{}},'context':{'page':{'url':null},'userAgent':'x'}}",
                "{'type':'screen','userId':'u','name':'Home'}",
                "{'type':'track','userId':'u','event':'Product Added','properties':{'path':['/']}}",
                "{'type':'identify','userId':'u','traits':{'email':'e'}}",
                "{'type':'group','userId':'u','groupId':'g'}",
                "{'type':'alias','userId':'u','previousId':'p'}",
            })
    void what_is_accepted_can_be_read(String message) {
        assertThat(event(Channels.CLICKS, record(message)))
                .extracting(ClickEvent::userId, ClickEvent::timestamp, ClickEvent::receivedAt)
                .containsExactly("u", RECEIVED, RECEIVED);
    }
}

package millrace.ingest.segment;

import static millrace.ingest.segment.SegmentFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentBodyTest {
    @Test
    void a_batch_has_its_key_and_its_time_on_either_side() {
        var before = SegmentBody.ofBatch(json("{'writeKey':'k','sentAt':'t','batch':[{},{}]}"));
        var after = SegmentBody.ofBatch(json("{'batch':[{},{}],'context':{'a':[1]},'sentAt':'t','writeKey':'k'}"));

        assertThat(before)
                .usingRecursiveComparison()
                .comparingOnlyFields("writeKey", "sentAt")
                .isEqualTo(after);
        assertThat(after.messages()).hasSize(2);
        assertThat(after.writeKey()).isEqualTo("k");
        assertThat(after.sentAt()).isEqualTo("t");
    }

    @Test
    void a_single_message_has_them_among_its_fields_and_the_type_of_its_path() {
        var body = SegmentBody.ofMessage("page", json("{'type':'track','userId':'u','sentAt':'t','writeKey':'k'}"));

        assertThat(body.messages()).singleElement().satisfies(message -> {
            assertThat(message.type()).isEqualTo("page");
            assertThat(message.faults()).isEmpty();
        });
        assertThat(body.writeKey()).isEqualTo("k");
        assertThat(body.sentAt()).isEqualTo("t");
    }

    @Test
    void an_empty_batch_is_one() {
        assertThat(SegmentBody.ofBatch(json("{'batch':[]}")).problem()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | The body is not a JSON object.",
                "[] | The body is not a JSON object.",
                "{'batch':[{}}] | The body is not JSON in UTF-8: see line 1, column 13.",
                "{'batch':[{},]} | The body is not JSON in UTF-8: see line 1, column 14.",
                "{'batch':[{'a':'b' | The body is not JSON in UTF-8: see line 1, column 19.",
                "{'batch':[]} {} | Something follows the body's JSON object.",
                "{'messages':[]} | The body must have one array batch.",
                "{'batch':{}} | The body must have one array batch.",
                "{'batch':[],'batch':[]} | The body must have one array batch.",
            })
    void what_is_no_batch_is_refused_as_a_whole(String text, String detail) {
        var problem = SegmentBody.ofBatch(json(text)).problem();

        assertThat(problem).hasMessage(detail);
        assertThat(problem.response().status()).isEqualTo(400);
    }

    @Test
    void other_encodings_than_utf_8_are_refused() {
        var utf16 = "{\"batch\":[]}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE);

        assertThat(SegmentBody.ofBatch(utf16).problem()).hasMessageStartingWith("The body is not JSON in UTF-8");
    }

    @Test
    void a_batch_has_a_limit_and_its_key_is_found_all_the_same() {
        var full = SegmentBody.ofBatch(json("{'batch':[{}" + ",{}".repeat(2_499) + "],'writeKey':'k'}"));
        var tooFull = SegmentBody.ofBatch(json("{'batch':[{}" + ",{}".repeat(2_500) + "],'writeKey':'k'}"));

        assertThat(full.problem()).isNull();
        assertThat(tooFull.problem()).hasMessage("batch has more than 2500 messages.");
        assertThat(tooFull.problem().response().status()).isEqualTo(413);
        assertThat(tooFull.writeKey()).isEqualTo("k");
    }

    @Test
    void a_body_has_a_limit_and_its_key_is_found_all_the_same() {
        var body = SegmentBody.ofBatch(json("{'batch':[],'x':'" + "x".repeat(512_000) + "','writeKey':'k'}"));

        assertThat(body.problem()).hasMessage("The body has more than 512000 bytes.");
        assertThat(body.problem().response().status()).isEqualTo(413);
        assertThat(body.writeKey()).isEqualTo("k");
    }

    @Test
    void a_key_is_found_before_what_is_no_json() {
        assertThat(SegmentBody.ofBatch(json("{'writeKey':'k','batch':[{]}")).writeKey())
                .isEqualTo("k");
    }
}

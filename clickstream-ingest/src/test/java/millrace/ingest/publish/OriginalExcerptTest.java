package millrace.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import millrace.ingest.segment.SegmentFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginalExcerptTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'writeKey':'secret'}",
                "{'a':1,'writeKey' : \n 'secret','b':2}",
                "{'writeKey':'secret",
                "{'writ\\u0065Key':'secret'}",
                "{'writ\\u0065\\u004bey':'secret'}",
                "{'writeKey':'\\'secret'}",
                "no JSON {'batch':[{'writeKey':'secret'}] trailing",
                "{'writeKey':'one','writeKey':'secret'}",
            })
    void a_write_key_is_blanked_out_and_all_else_stays(String body) {
        var original = SegmentFixture.json(body);
        var kept = OriginalExcerpt.of(original);

        assertThat(SegmentFixture.text(kept))
                .doesNotContain("secret", "one")
                .contains("*")
                .hasSize(original.length);
        assertThat(SegmentFixture.text(kept).replaceAll("[*]+.*", ""))
                .isEqualTo(body.substring(0, SegmentFixture.text(kept).indexOf('*')));
    }

    @Test
    void what_has_none_stays_as_it_is_up_to_32_KiB() {
        assertThat(OriginalExcerpt.of(SegmentFixture.json("{'key':'x'}")))
                .isEqualTo(SegmentFixture.json("{'key':'x'}"));
        assertThat(OriginalExcerpt.of(new byte[100_000])).hasSize(32 * 1024);
    }
}

package millrace.ingest.log;

import static org.assertj.core.api.Assertions.assertThat;

import millrace.ingest.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginalsTest {
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
        var original = Batch.json(body);
        var kept = Originals.kept(original);

        assertThat(Batch.text(kept))
                .doesNotContain("secret", "one")
                .contains("*")
                .hasSize(original.length);
        assertThat(Batch.text(kept).replaceAll("[*]+.*", ""))
                .isEqualTo(body.substring(0, Batch.text(kept).indexOf('*')));
    }

    @Test
    void what_has_none_stays_as_it_is_up_to_32_KiB() {
        assertThat(Originals.kept(Batch.json("{'key':'x'}"))).isEqualTo(Batch.json("{'key':'x'}"));
        assertThat(Originals.kept(new byte[100_000])).hasSize(32 * 1024);
    }
}

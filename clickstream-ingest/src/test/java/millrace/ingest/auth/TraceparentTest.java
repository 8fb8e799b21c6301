package millrace.ingest.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceparentTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @Test
    void a_trace_is_continued_with_a_step_of_our_own() {
        var next = Traceparent.next("00-" + TRACE + "-b7ad6b7169203331-01");

        assertThat(next).matches("00-" + TRACE + "-[0-9a-f]{16}-01").doesNotContain("b7ad6b7169203331");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "00-" + TRACE + "-b7ad6b7169203331-01\n",
                "01-" + TRACE + "-b7ad6b7169203331-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            })
    void what_is_no_trace_is_not_continued(String header) {
        assertThat(Traceparent.next(header))
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00")
                .doesNotContain(TRACE)
                .isNotEqualTo(Traceparent.next(header));
    }
}

package millrace.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProblemReasonsTest {
    @Test
    void few_and_short_ones_are_told_as_they_are() {
        var reasons = List.of("type is missing", "userId must be text");

        assertThat(ProblemReasons.bounded(reasons)).isEqualTo(reasons);
        assertThat(ProblemReasons.bounded(Collections.nCopies(50, "x"))).hasSize(50);
    }

    @Test
    void of_many_the_first_fifty_are_told_and_how_many_more_there_are() {
        var reasons = IntStream.range(0, 17_000).mapToObj(i -> "fault " + i).toList();

        assertThat(ProblemReasons.bounded(reasons))
                .hasSize(50)
                .startsWith("fault 0")
                .endsWith("There are 16951 more reasons.");
    }

    @Test
    void a_long_one_is_cut_and_never_inside_a_character() {
        assertThat(ProblemReasons.bounded(List.of("x".repeat(100_000))).getFirst())
                .hasSize(500)
                .endsWith("…");
        assertThat(ProblemReasons.bounded(List.of("x".repeat(498) + "\uD83D\uDE00" + "x".repeat(9)))
                        .getFirst())
                .isEqualTo("x".repeat(498) + "…");
    }

    @Test
    void all_together_have_a_bound() {
        var reasons = ProblemReasons.bounded(Collections.nCopies(49, "x".repeat(100_000)));

        assertThat(String.join("", reasons)).hasSizeLessThan(16_100);
        assertThat(reasons.getLast()).isEqualTo("There are 17 more reasons.");
    }
}

package millrace.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import millrace.events.Json;
import millrace.generation.GenerationComparison;
import millrace.generation.GenerationComparison.Difference;
import millrace.generation.GenerationComparison.Subtotal;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {
    private static final GenerationComparison COMPARISON = new GenerationComparison(
            List.of(new Subtotal("orders", 4, 1, 2)),
            List.of(
                    new Difference("orders", "a/1", "x".repeat(30_000), null),
                    new Difference("orders", "a/2", "{\"total\": 1}", "{\"total\": 2}")),
            "d1",
            "d2");

    @Test
    void a_comparison_as_json_is_one_line_with_both_values_of_each_difference() throws JsonProcessingException {
        var line = ComparisonReport.json(COMPARISON, 20);

        assertThat(line).doesNotContain("\n");
        var read = Json.MAPPER.readValue(line, GenerationComparison.class);
        assertThat(read.parts()).isEqualTo(COMPARISON.parts());
        assertThat(read.differences().get(1)).isEqualTo(COMPARISON.differences().get(1));
        assertThat(read.digest()).isEqualTo("d1");
        assertThat(read.shadowDigest()).isEqualTo("d2");
    }

    @Test
    void long_values_are_cut_and_no_more_differences_are_printed_than_asked_for() throws JsonProcessingException {
        var read = Json.MAPPER.readValue(ComparisonReport.json(COMPARISON, 1), GenerationComparison.class);

        assertThat(read.differences()).hasSize(1);
        assertThat(read.differences().getFirst().live()).hasSize(20_001).endsWith("…");
        assertThat(read.differences().getFirst().shadow()).isNull();
    }
}

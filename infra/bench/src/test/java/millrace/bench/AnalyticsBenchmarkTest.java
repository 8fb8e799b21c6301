package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Numbers of the analytics benchmark, and the data that they come from. */
class AnalyticsBenchmarkTest {
    @Test
    void offsets_of_other_channels_and_of_no_commit_do_not_count() {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        offsets.put(new TopicPartition("p.clicks", 0), new OffsetAndMetadata(70));
        offsets.put(new TopicPartition("p.clicks", 1), new OffsetAndMetadata(7));
        offsets.put(new TopicPartition("p.clicks", 2), null);
        offsets.put(new TopicPartition("p.orders", 0), new OffsetAndMetadata(700));

        assertThat(AnalyticsMeasurement.committed("p.clicks", offsets)).isEqualTo(77);
    }

    @Test
    void the_median_of_an_even_number_of_runs_is_between_the_two_in_the_middle() {
        assertThat(AnalyticsBenchmark.median(List.of(9.0, 1.0, 3.0))).hasValue(3);
        assertThat(AnalyticsBenchmark.median(List.of(9.0, 1.0, 3.0, 5.0))).hasValue(4);
        assertThat(AnalyticsBenchmark.median(List.of())).isEmpty();
    }

    @Test
    void a_view_is_looked_for_by_its_minute_and_page() {
        var key = AnalyticsMeasurement.key(Instant.parse("2024-05-01T12:00:59.999Z"), "/measured-flink-7");

        assertThat(key).isEqualTo("2024-05-01T12:00:00Z|/measured-flink-7");
        assertThat(AnalyticsMeasurement.isMeasured(key, "flink")).isTrue();
        assertThat(AnalyticsMeasurement.isMeasured(key, "millrace")).isFalse();
        assertThat(AnalyticsMeasurement.isMeasured("2024-05-01T12:00:00Z|/page-7", "flink"))
                .isFalse();
    }
}

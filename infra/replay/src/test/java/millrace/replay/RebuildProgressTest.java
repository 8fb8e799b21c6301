package millrace.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RebuildProgressTest {
    private static final TopicPartition PARTITION = new TopicPartition("transactions", 0);
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");

    private final RebuildProgress progress = new RebuildProgress(at(100), at(1_100), NOON);

    @Test
    void reports_records_read_records_left_and_time_left() {
        assertThat(look(600, 1_100, 10)).isFalse();

        assertThat(progress.line()).isEqualTo("500 records read, 500 left, 50/s, about 10s left");
    }

    @Test
    void has_caught_up_when_nothing_is_left() {
        assertThat(look(1_100, 1_100, 10)).isTrue();
    }

    @Test
    void has_not_caught_up_when_what_was_there_long_ago_is_read() {
        assertThat(look(1_100, 9_000, 60)).isFalse();
    }

    @Test
    void has_caught_up_with_traffic_when_what_was_there_a_moment_ago_is_read() {
        look(1_100, 9_000, 60);

        assertThat(look(9_000, 9_050, 62)).isTrue();
    }

    @Test
    void no_time_left_is_reported_before_the_first_record_is_read() {
        look(100, 1_100, 10);

        assertThat(progress.line()).isEqualTo("1,000 records to read, starting");
    }

    @Test
    void no_time_left_is_reported_without_progress() {
        look(600, 1_100, 1);
        for (var second = 2; second < 40; second++) {
            look(600, 1_100, second);
        }

        assertThat(progress.line()).isEqualTo("500 records read, 500 left, 0/s, no end in sight");
    }

    @Test
    void records_that_retention_removes_are_not_left() {
        var empty = new RebuildProgress(at(100), at(100), NOON);

        assertThat(empty.update(Map.of(), at(100), NOON)).isTrue();
    }

    @Test
    void times_are_written_in_hours_minutes_and_seconds() {
        assertThat(RebuildProgress.text(0.2)).isEqualTo("1s");
        assertThat(RebuildProgress.text(3_725)).isEqualTo("1h 2m 5s");
    }

    private boolean look(long committed, long end, int seconds) {
        return progress.update(at(committed), at(end), NOON.plusSeconds(seconds));
    }

    private static Map<TopicPartition, Long> at(long offset) {
        return Map.of(PARTITION, offset);
    }
}

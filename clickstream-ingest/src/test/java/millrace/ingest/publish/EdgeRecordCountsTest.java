package millrace.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import millrace.ingest.publish.EdgeRecordCounts.Total;
import org.junit.jupiter.api.Test;

class EdgeRecordCountsTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");

    private final EdgeRecordCounts counts = new EdgeRecordCounts();

    @Test
    void records_are_counted_by_topic_and_minute_of_their_time() {
        acknowledged("clicks", NOON);
        acknowledged("clicks", NOON.plusMillis(59_999));
        acknowledged("clicks", NOON.plusSeconds(60));
        acknowledged("transactions", NOON);
        counts.unsure("clicks", NOON.toEpochMilli());

        assertThat(counts.unreported())
                .containsExactly(
                        new Total("clicks", NOON, 2, 1),
                        new Total("transactions", NOON, 1, 0),
                        new Total("clicks", NOON.plusSeconds(60), 1, 0));
    }

    @Test
    void a_minute_is_told_of_again_when_it_has_changed_with_its_total() {
        acknowledged("clicks", NOON);
        var reported = counts.unreported();
        acknowledged("clicks", NOON);
        counts.reported(reported, NOON);

        assertThat(counts.unreported()).containsExactly(new Total("clicks", NOON, 2, 0));
        counts.reported(counts.unreported(), NOON);
        assertThat(counts.unreported()).isEmpty();
    }

    @Test
    void a_total_is_never_begun_anew_while_a_record_of_its_minute_can_come() {
        acknowledged("clicks", NOON);
        counts.reported(counts.unreported(), NOON.plus(Duration.ofMinutes(10)));
        acknowledged("clicks", NOON);

        assertThat(counts.unreported()).containsExactly(new Total("clicks", NOON, 2, 0));
    }

    @Test
    void a_minute_that_was_never_told_of_is_kept_however_long_it_takes() {
        acknowledged("clicks", NOON);
        var reported = counts.unreported();
        acknowledged("clicks", NOON);
        counts.reported(reported, NOON.plus(Duration.ofDays(1)));

        assertThat(counts.unreported()).containsExactly(new Total("clicks", NOON, 2, 0));
    }

    @Test
    void a_minute_that_is_over_and_told_of_is_forgotten() {
        acknowledged("clicks", NOON);
        counts.reported(counts.unreported(), NOON.plus(Duration.ofMinutes(12)));
        acknowledged("clicks", NOON);

        assertThat(counts.unreported()).as("begun anew").containsExactly(new Total("clicks", NOON, 1, 0));
    }

    private void acknowledged(String topic, Instant time) {
        counts.acknowledged(topic, time.toEpochMilli());
    }
}

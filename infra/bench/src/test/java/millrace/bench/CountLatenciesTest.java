package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Latency from an acknowledged event to a count that contains it. */
class CountLatenciesTest {
    private final CountLatencies counts = new CountLatencies();

    @Test
    void the_nth_event_is_in_the_first_count_of_n_or_more() {
        acknowledge("a", 10);
        acknowledge("a", 20);
        acknowledge("a", 30);
        read("a", 1, 15);
        read("a", 3, 37);

        assertThat(counts.missing(3)).isZero();
        assertThat(counts.latencies().getTotalCount()).isEqualTo(3);
        assertThat(counts.latencies().getMinValue()).isEqualTo(5_000);
        assertThat(counts.latencies().getValueAtPercentile(50)).isBetween(7_000L, 7_010L);
        assertThat(counts.latencies().getMaxValue()).isBetween(17_000L, 17_010L);
    }

    @Test
    void a_repeated_count_keeps_the_time_of_its_first_reading() {
        acknowledge("a", 10);
        read("a", 1, 12);
        read("a", 1, 99);

        assertThat(counts.latencies().getMaxValue()).isEqualTo(2_000);
    }

    @Test
    void events_in_no_count_and_unacknowledged_events_are_missing() {
        acknowledge("a", 10);
        acknowledge("a", 20);
        acknowledge("b", 20);
        read("a", 1, 15);
        read("c", 9, 15);

        assertThat(counts.missing(4)).isEqualTo(3);
        assertThat(counts.latencies().getTotalCount()).isEqualTo(1);
    }

    @Test
    void an_event_of_the_warm_up_is_counted_and_has_no_latency() {
        counts.acknowledge("a", 0, false);
        acknowledge("a", 10);
        read("a", 2, 11);

        assertThat(counts.missing(2)).isZero();
        assertThat(counts.latencies().getTotalCount()).isEqualTo(1);
    }

    @Test
    void a_count_can_be_read_before_the_acknowledgement_arrives() {
        acknowledge("a", 10);
        read("a", 1, 9);

        assertThat(counts.latencies().getMaxValue()).isZero();
    }

    private void acknowledge(String key, int millis) {
        counts.acknowledge(key, TimeUnit.MILLISECONDS.toNanos(millis), true);
    }

    private void read(String key, long count, int millis) {
        counts.read(key, count, TimeUnit.MILLISECONDS.toNanos(millis));
    }
}

package millrace.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KafkaTextTest {
    private static final KafkaColours PLAIN = new KafkaColours(false);

    @Test
    void sizes_are_those_of_the_plugin() {
        assertThat(List.of(0L, 1L, 1_023L, 1_024L, 1_536L, 999_999L, 1_048_576L, 4_294_967_296L, 4_000_000_000L))
                .extracting(KafkaText::size)
                .containsExactly(
                        "0 bytes", "1 byte", "1,023 bytes", "1 KB", "2 KB", "977 KB", "1.00 MB", "4.00 GB", "3.73 GB");
        assertThat(KafkaText.size(1L << 40)).isEqualTo("1.00 TB");
        assertThat(KafkaText.size(Long.MAX_VALUE)).isEqualTo("8192.00 PB");
    }

    @Test
    void intervals_have_the_largest_units_first_and_no_zeros() {
        assertThat(List.of(86_400_000L, 864_000_000L, 129_600_000L, 66L, 61_001L))
                .extracting(KafkaText::interval)
                .containsExactly(
                        "1 day", "10 days", "1 day 12 hours", "66 milliseconds", "1 minute 1 second 1 millisecond");
        assertThat(List.of(59_000L, 86_400_000L, 172_800_000L, 604_800_000L))
                .extracting(KafkaText::retention)
                .containsExactly("59 seconds", "24 hours", "2 days", "7 days");
    }

    @Test
    void durations_are_read_with_every_unit_of_the_plugin_and_no_other() {
        assertThat(List.of("5", "5ms", "2 s", "3m", "36h", "10d", "1 day", "2 weeks", "", "-1d", "d", "1w"))
                .extracting(KafkaText::duration)
                .extracting(duration -> duration.map(Duration::toMillis).orElse(-1L))
                .containsExactly(
                        5L, 5L, 2_000L, 180_000L, 129_600_000L, 864_000_000L, 86_400_000L, -1L, -1L, -1L, -1L, -1L);
    }

    @Test
    void a_duration_of_more_milliseconds_than_a_long_has_is_none() {
        assertThat(KafkaText.duration("106751991167d")).isPresent();
        assertThat(KafkaText.duration("106751991168d")).isEmpty();
        assertThat(KafkaText.duration("999999999999d")).isEmpty();
    }

    @Test
    void names_of_strangers_in_a_table_cannot_command_the_terminal() {
        assertThat(KafkaText.table(List.of("Name"), List.of(List.of("a\033[2J\nb")), PLAIN))
                .endsWith("\n  a\\u001b[2J\\u000ab\n");
    }

    @Test
    void a_bar_has_ten_parts_and_is_never_longer() {
        assertThat(List.of(0, 19, 20, 40, 400))
                .extracting(used -> KafkaText.bar(used, 40, PLAIN))
                .containsExactly("[··········]", "[████······]", "[█████·····]", "[██████████]", "[██████████]");
    }

    @Test
    void a_table_aligns_its_columns_and_has_colours_on_a_terminal_alone() {
        var rows = List.of(List.of("orders", "10/sec"), List.of("order-payments", "1,200/sec"));

        assertThat(KafkaText.table(List.of("name", "Messages"), rows, PLAIN)).isEqualTo("""
                  name             Messages
                 ────────────────────────────
                  orders           10/sec
                  order-payments   1,200/sec
                """);
        assertThat(KafkaText.table(List.of("name", "Messages"), rows, new KafkaColours(true)))
                .contains("\033[1m");
    }
}

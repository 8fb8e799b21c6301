package millrace.audit.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import millrace.events.Counted.EdgeCounted;
import millrace.events.Counted.EdgeReported;
import org.junit.jupiter.api.Test;

class EdgeBookTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
    private static final ChannelMinute CLICKS = new ChannelMinute("clicks", NOON);

    private final EdgeBook book = new EdgeBook();

    @Test
    void the_last_total_of_each_process_counts() {
        book.add(new EdgeCounted("one", "clicks", NOON, 3, 1));
        book.add(new EdgeCounted("one", "clicks", NOON, 5, 1));
        book.add(new EdgeCounted("two", "clicks", NOON, 2, 0));
        book.add(new EdgeCounted("one", "transactions", NOON, 9, 0));

        assertThat(book.acknowledged(CLICKS)).isEqualTo(7);
        assertThat(book.unsure(CLICKS)).isEqualTo(1);
    }

    @Test
    void a_process_that_lives_is_waited_for_until_it_has_told_all_of_a_minute() {
        book.add(new EdgeReported("one", NOON.plusSeconds(74), false));
        assertThat(book.expected(NOON, NOON.plusSeconds(80)))
                .hasValue("instance one of the edge has reported up to 2024-05-01T12:01:14Z");

        book.add(new EdgeReported("one", NOON.plusSeconds(75), false));
        assertThat(book.expected(NOON, NOON.plusSeconds(80))).isEmpty();
        assertThat(book.lost(NOON, NOON.plusSeconds(80))).isEmpty();
    }

    @Test
    void one_that_is_silent_without_a_last_report_was_killed_and_makes_the_minutes_around_it_unknown() {
        book.add(new EdgeReported("one", NOON.plusSeconds(40), false));
        var later = NOON.plusSeconds(3600);

        assertThat(book.lost(NOON.minusSeconds(60), later)).isEmpty();
        assertThat(book.lost(NOON, later)).containsExactly("one");
        assertThat(book.lost(NOON.plusSeconds(60), later)).containsExactly("one");
        assertThat(book.lost(NOON.plusSeconds(120), later)).isEmpty();
        assertThat(book.expected(NOON, later)).isEmpty();
    }

    @Test
    void one_that_ended_properly_leaves_nothing_unknown() {
        book.add(new EdgeReported("one", NOON.plusSeconds(40), true));

        assertThat(book.lost(NOON, NOON.plusSeconds(3600))).isEmpty();
        assertThat(book.expected(NOON, NOON.plusSeconds(45))).isEmpty();
    }
}

package millrace.audit.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import millrace.audit.ledger.LedgerBook.Participant;
import millrace.events.Counted;
import millrace.events.Counted.Role;
import org.junit.jupiter.api.Test;

class LedgerBookTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
    private static final ChannelMinute CLICKS = new ChannelMinute("clicks", NOON);
    private static final Participant WEB = new Participant("web", Role.WROTE);
    private static final Participant ORDERS = new Participant("orders", Role.WROTE);
    private static final Participant AUDIT = new Participant("audit", Role.READ);

    private LedgerBook book = book(NOON.plusSeconds(3600));

    @Test
    void the_last_total_of_each_process_counts() {
        wrote("web/one", "clicks", 3, 1);
        wrote("web/one", "clicks", 5, 1);
        wrote("web/two", "clicks", 2, 0);
        wrote("web/one", "transactions", 9, 0);

        assertThat(book.counts(CLICKS, WEB)).isEqualTo(Map.of("acknowledged", 7L, "unsure", 1L));
    }

    @Test
    void partitions_add_up() {
        read("audit", 0, 3);
        read("audit", 1, 4);
        read("audit", 1, 5);

        assertThat(book.counts(CLICKS, AUDIT)).isEqualTo(Map.of("applied", 8L));
    }

    @Test
    void a_process_that_lives_is_waited_for_until_it_has_told_all_of_a_minute() {
        book = book(NOON.plusSeconds(80));
        report("web/one", 74, false);
        assertThat(book.expected(NOON, WEB)).hasValue("web/one has reported up to 2024-05-01T12:01:14Z");

        report("web/one", 75, false);
        assertThat(book.expected(NOON, WEB)).isEmpty();
        assertThat(book.unknown(NOON, WEB)).isEmpty();
    }

    @Test
    void one_that_is_silent_without_a_last_report_was_killed_and_makes_the_minutes_around_it_unknown() {
        report("web/one", 40, false);

        assertThat(book.unknown(NOON.minusSeconds(60), WEB)).isEmpty();
        assertThat(book.unknown(NOON, WEB)).hasValue("web unknown: instance one was not ended properly");
        assertThat(book.unknown(NOON.plusSeconds(60), WEB)).isPresent();
        assertThat(book.unknown(NOON.plusSeconds(120), WEB)).isEmpty();
        assertThat(book.expected(NOON, WEB)).isEmpty();
    }

    @Test
    void one_that_ended_properly_leaves_nothing_unknown() {
        report("web/one", 40, true);

        assertThat(book.unknown(NOON, WEB)).isEmpty();
        assertThat(book.expected(NOON, WEB)).isEmpty();
    }

    @Test
    void totals_that_outlive_their_processes_are_waited_for_and_never_lost() {
        report("orders", 40, false);

        assertThat(book.unknown(NOON, ORDERS)).isEmpty();
        assertThat(book.expected(NOON, ORDERS)).hasValue("orders has reported up to 2024-05-01T12:00:40Z");
    }

    @Test
    void of_a_reader_the_live_generation_counts_and_of_a_writer_every_one() {
        book = new LedgerBook(query(NOON.plusSeconds(3600)), new LiveGenerations(Map.of("audit", 2, "orders", 2)));
        read("audit", 0, 3);
        read("audit-g2", 0, 4);
        wrote("orders", "transactions", 5, 0);
        wrote("orders-g2", "transactions", 6, 0);
        report("orders", 40, false);
        report("orders-g2", 600, false);

        assertThat(book.counts(CLICKS, AUDIT)).isEqualTo(Map.of("applied", 4L));
        assertThat(book.counts(new ChannelMinute("transactions", NOON), ORDERS)).containsEntry("acknowledged", 11L);
        assertThat(book.expected(NOON, ORDERS)).isEmpty();
        assertThat(book.unknown(NOON, ORDERS)).hasValue("orders unknown: instance orders was not ended properly");
    }

    @Test
    void a_reader_is_behind_until_its_position_is_after_the_last_record() {
        book.add(Counted.read("audit", "clicks", 2, NOON.plusSeconds(600), Map.of(), 8));

        assertThat(book.behind("clicks", AUDIT, Map.of(2, 7L))).isEmpty();
        assertThat(book.behind("clicks", AUDIT, Map.of(2, 8L)))
                .hasValue("audit has not reported clicks-2 up to offset 8");
        assertThat(book.behind("clicks", AUDIT, Map.of(1, 0L))).isPresent();
    }

    @Test
    void undeclared_names_are_kept_up_to_a_limit() {
        for (int i = 0; i < 1_000; i++) {
            read("stranger-" + i, 0, 1);
        }

        assertThat(book.undeclared(CLICKS)).hasSize(LedgerBook.MOST_UNDECLARED_NAMES);
        assertThat(book.notes())
                .containsExactly("More than 20 names that the catalogue does not declare have counted:"
                        + " the others are left out.");
    }

    @Test
    void totals_of_undeclared_names_are_kept_up_to_a_limit() {
        for (int i = 0; i <= LedgerBook.MOST_UNDECLARED_TOTALS; i++) {
            read("stranger/" + i, 0, 1);
        }
        read("audit", 0, 1);

        assertThat(book.counts(CLICKS, new Participant("stranger", Role.READ)))
                .isEqualTo(Map.of("applied", (long) LedgerBook.MOST_UNDECLARED_TOTALS));
        assertThat(book.notes())
                .containsExactly("Names that the catalogue does not declare have more than 20000 totals:"
                        + " the others are left out.");
        assertThat(book.counts(CLICKS, AUDIT)).containsEntry("applied", 1L);
    }

    @Test
    void too_many_totals_of_declared_names_are_refused_with_a_sentence() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i <= LedgerBook.MOST_TOTALS; i++) {
                        wrote("web/" + i, "clicks", 1, 0);
                    }
                })
                .isInstanceOf(QueryTooLarge.class)
                .hasMessageContaining("The channel ledger has more than 200000 totals from");
    }

    @Test
    void a_record_that_is_no_valid_count_is_left_out() {
        read("spaces are not allowed", 0, 1);
        read("x".repeat(65), 0, 1);
        book.add(Counted.read("stranger", "clicks", 0, NOON.plusSeconds(1), Map.of(), 1));
        book.add(Counted.read("stranger", "clicks", 0, NOON, Map.of("x".repeat(33), 1L), 1));
        book.add(Counted.read("stranger", "clicks", 0, NOON, Map.of("applied", -1L), 1));
        book.add(Counted.report("web/one", Role.WROTE, null, false));
        book.add(new Counted("web", null, null, null, null, null, null, NOON, false));

        assertThat(book.channelMinutes()).isEmpty();
        assertThat(book.notes())
                .containsExactly("7 records on the channel ledger are no valid counts, and are left out.");
    }

    private void wrote(String by, String channel, long acknowledged, long unsure) {
        book.add(Counted.wrote(by, channel, null, NOON, Map.of("acknowledged", acknowledged, "unsure", unsure)));
    }

    private void read(String by, int partition, long applied) {
        book.add(Counted.read(by, "clicks", partition, NOON, Map.of("applied", applied), 1));
    }

    private void report(String by, long secondsAfterNoon, boolean ended) {
        book.add(Counted.report(by, Role.WROTE, NOON.plusSeconds(secondsAfterNoon), ended));
    }

    private static LedgerBook book(Instant askedAt) {
        return new LedgerBook(query(askedAt), new LiveGenerations(Map.of()));
    }

    private static LedgerQuery query(Instant askedAt) {
        return LedgerQuery.of("2024-05-01T11:50:00Z", "2024-05-01T12:10:00Z", null, askedAt);
    }
}

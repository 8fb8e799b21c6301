package millrace.audit.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import millrace.audit.ledger.LedgerLine.CountedBy;
import millrace.events.Counted.Role;
import org.junit.jupiter.api.Test;

class LedgerTextTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
    private static final long MANY = 99_999_999L;
    private static final LedgerLine BALANCED = new LedgerLine(
            "rejected-events",
            NOON,
            MANY,
            List.of(
                    new CountedBy("web", Role.WROTE, true, Map.of("acknowledged", MANY)),
                    new CountedBy("audit", Role.READ, true, Map.of("archived", MANY)),
                    new CountedBy("x".repeat(64), Role.READ, false, Map.of("late", MANY))),
            LineState.BALANCED,
            null,
            0);
    private static final LedgerLine UNBALANCED = new LedgerLine(
            "transactions",
            NOON,
            13L,
            List.of(
                    new CountedBy("web", Role.WROTE, true, Map.of("acknowledged", 12L, "unsure", 1L)),
                    new CountedBy("orders", Role.WROTE, true, Map.of("acknowledged", 1L, "unsure", 0L)),
                    new CountedBy(
                            "orders",
                            Role.READ,
                            true,
                            new TreeMap<>(Map.of("applied", 7L, "refused", 4L, "dead-lettered", 2L))),
                    new CountedBy("reporting", Role.READ, true, Map.of("applied", 13L, "late", 0L)),
                    new CountedBy("audit", Role.READ, true, Map.of("archived", 12L)),
                    new CountedBy("loyalty", Role.READ, false, Map.of("applied", 3L))),
            LineState.UNBALANCED,
            "13 on the channel, 12 read by audit: 1 missing",
            -1);
    private static final LedgerLine UNKNOWN =
            new LedgerLine("clicks", NOON, 4L, List.of(), LineState.UNKNOWN, "web unknown: at least 3 written", 0);

    @Test
    void a_line_has_its_writers_its_readers_and_others() {
        assertThat(text(UNBALANCED)).startsWith("""
                        channel          minute UTC    records state
                        transactions     05-01 12:00        13 unbalanced wrote: web 12+1?, orders 1
                                                                          read: orders 13 (2 dead-lettered, 4 refused),
                                                                            reporting 13, audit 12
                                                                          undeclared: loyalty 3 read
                        """);
    }

    @Test
    void the_table_fits_100_columns() {
        assertThat(text(BALANCED, UNBALANCED).lines().filter(line -> !line.startsWith("The first")))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @Test
    void it_ends_with_the_first_line_that_does_not_balance() {
        assertThat(text(BALANCED, UNBALANCED))
                .contains("undeclared: " + "x".repeat(31) + "…")
                .endsWith("The first line that does not balance: transactions 2024-05-01T12:00:00Z:"
                        + " 13 on the channel, 12 read by audit: 1 missing.\n");
    }

    @Test
    void or_with_how_many_do() {
        assertThat(text(BALANCED, UNKNOWN))
                .contains("Not known: clicks 2024-05-01T12:00:00Z: web unknown: at least 3 written.")
                .contains("Names are left out.\n")
                .endsWith("1 balanced, 0 open, 1 unknown.\n");
    }

    private static String text(LedgerLine... lines) {
        var question = LedgerQuery.of("2024-05-01T12:00:00Z", "2024-05-01T12:01:00Z", null, NOON);
        return LedgerText.of(Ledger.of(question, List.of("Names are left out."), List.of(lines)));
    }
}

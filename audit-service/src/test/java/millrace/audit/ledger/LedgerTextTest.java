package millrace.audit.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTextTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
    private static final LedgerLine BALANCED = new LedgerLine(
            "rejected-events",
            NOON,
            99_999_999L,
            0L,
            null,
            99_999_999L,
            99_999_999L,
            null,
            null,
            null,
            null,
            LineState.BALANCED,
            null,
            0);
    private static final LedgerLine UNBALANCED = new LedgerLine(
            "transactions",
            NOON,
            12L,
            1L,
            12345L,
            13L,
            12L,
            1_234_567L,
            12345L,
            12345L,
            12345L,
            LineState.UNBALANCED,
            "13 on the channel, 12 archived: 1 missing",
            -1);
    private static final LedgerLine UNKNOWN = new LedgerLine(
            "clicks", NOON, 3L, 0L, null, 4L, 4L, 4L, 0L, 0L, 0L, LineState.UNKNOWN, "edge unknown: at least 3", 0);

    @Test
    void the_table_fits_100_columns() {
        assertThat(text(BALANCED, UNBALANCED).lines().filter(line -> !line.startsWith("The first")))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @Test
    void it_ends_with_the_first_line_that_does_not_balance() {
        assertThat(text(BALANCED, UNBALANCED))
                .contains("12+1?")
                .endsWith("The first line that does not balance: transactions 2024-05-01T12:00:00Z:"
                        + " 13 on the channel, 12 archived: 1 missing.\n");
    }

    @Test
    void or_with_how_many_do() {
        assertThat(text(BALANCED, UNKNOWN))
                .contains("Not known: clicks 2024-05-01T12:00:00Z: edge unknown: at least 3.")
                .endsWith("1 balanced, 0 open, 1 unknown.\n");
    }

    private static String text(LedgerLine... lines) {
        var question = LedgerQuery.of("2024-05-01T12:00:00Z", "2024-05-01T12:01:00Z", null, NOON);
        return LedgerText.of(Ledger.of(question, List.of(lines)));
    }
}

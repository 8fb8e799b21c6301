package millrace.audit.verify;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.Period;
import java.util.List;
import java.util.Optional;
import millrace.audit.table.JdbcStatements;
import millrace.audit.verify.ChainFinding.Kind;

/**
 * The months of a chain that were dropped, and said to be so in the database.
 *
 * @param retention that the setting says: without it there is no reason
 */
record DroppedMonths(List<Month> months, Optional<Period> retention) {
    /** One of them. */
    record Month(LocalDate first, LocalDate droppedAt, long firstSeq, long nextSeq) {}

    static DroppedMonths of(Connection connection, ChainName chain, Optional<Period> retention) throws SQLException {
        var select = "SELECT month, dropped_at::date, first_seq, next_seq FROM dropped"
                + " WHERE channel = ? AND partition = ? ORDER BY month";
        var months = JdbcStatements.query(
                connection,
                select,
                row -> new Month(
                        row.getObject(1, LocalDate.class),
                        row.getObject(2, LocalDate.class),
                        row.getLong(3),
                        row.getLong(4)),
                chain.channel(),
                chain.partition());
        return new DroppedMonths(months, retention);
    }

    /** The first entry that has to be there. */
    long keptFrom() {
        return months.stream().mapToLong(Month::nextSeq).max().orElse(0);
    }

    /** A month that was dropped before its time. */
    Optional<ChainFinding> finding() {
        return months.stream()
                .filter(month -> retention
                        .map(kept -> !month.first()
                                .isBefore(month.droppedAt().minus(kept).withDayOfMonth(1)))
                        .orElse(true))
                .findFirst()
                .map(month -> new ChainFinding(
                        Kind.MISSING,
                        month.firstSeq(),
                        null,
                        null,
                        "entries %d to %d were dropped with the month of %s, which AUDIT_RETENTION keeps"
                                .formatted(month.firstSeq(), month.nextSeq() - 1, month.first())));
    }

    String note() {
        return months.isEmpty() ? null : "entries before %d were dropped by AUDIT_RETENTION".formatted(keptFrom());
    }
}

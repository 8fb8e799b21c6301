package millrace.audit.table;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jboss.logging.Logger;

/** The months that the records are partitioned by: there when they begin, and gone when nobody is to keep them longer. */
@ApplicationScoped
public class Months {
    private static final Logger LOG = Logger.getLogger(Months.class);
    /** How long before it begins a month is provided. */
    private static final int DAYS_AHEAD = 3;

    private final Transactions transactions;
    private LocalDate looked = LocalDate.MIN;

    public Months(Transactions transactions) {
        this.transactions = transactions;
    }

    /** The month to archive in: it is there. Asks the database once a day. */
    public synchronized LocalDate current() throws SQLException {
        var today = LocalDate.now(ZoneOffset.UTC);
        if (!today.equals(looked)) {
            provide(today.withDayOfMonth(1));
            lookAhead(today);
            looked = today;
        }
        return today.withDayOfMonth(1);
    }

    /** What is not urgent: it waits for tomorrow where a long question has the table. */
    private void lookAhead(LocalDate today) {
        try {
            provide(today.plusDays(DAYS_AHEAD).withDayOfMonth(1));
            drop();
        } catch (SQLException e) {
            LOG.warnf("The months of the archive wait until tomorrow: %s", e.getMessage());
        }
    }

    /** Makes the place of a month, where there is none. */
    private void provide(LocalDate month) throws SQLException {
        transactions.run(connection -> Sql.query(connection, "SELECT provide_month(?)", row -> null, month));
    }

    private void drop() throws SQLException {
        var count = transactions.get(connection -> Sql.query(connection, "SELECT drop_months()", row -> row.getInt(1))
                .getFirst());
        if (count > 0) {
            LOG.infof("Dropped %d months of records that AUDIT_RETENTION does not keep", count);
        }
    }
}

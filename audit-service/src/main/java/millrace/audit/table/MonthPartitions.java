package millrace.audit.table;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jboss.logging.Logger;

/** Creates the monthly partitions of the table of records before they are needed, and drops those past {@code AUDIT_RETENTION}. */
@ApplicationScoped
public class MonthPartitions {
    private static final Logger LOG = Logger.getLogger(MonthPartitions.class);
    /** A month is created so many days before it begins. */
    private static final int DAYS_AHEAD = 3;

    private final DatabaseTransactions transactions;
    private LocalDate looked = LocalDate.MIN;

    public MonthPartitions(DatabaseTransactions transactions) {
        this.transactions = transactions;
    }

    /** The current month, whose partition exists on return. Asks the database once a day. */
    public synchronized LocalDate current() throws SQLException {
        var today = LocalDate.now(ZoneOffset.UTC);
        if (!today.equals(looked)) {
            provide(today.withDayOfMonth(1));
            lookAhead(today);
            looked = today;
        }
        return today.withDayOfMonth(1);
    }

    /** Creates the next month and drops old ones; waits until tomorrow if a long query holds a lock of the table. */
    private void lookAhead(LocalDate today) {
        try {
            provide(today.plusDays(DAYS_AHEAD).withDayOfMonth(1));
            drop();
        } catch (SQLException e) {
            LOG.warnf("The months of the archive wait until tomorrow: %s", e.getMessage());
        }
    }

    /** Creates the partition of a month unless it exists. */
    private void provide(LocalDate month) throws SQLException {
        transactions.run(connection -> JdbcStatements.query(connection, "SELECT provide_month(?)", row -> null, month));
    }

    private void drop() throws SQLException {
        var count = transactions.get(connection -> JdbcStatements.number(connection, "SELECT drop_months()"));
        if (count > 0) {
            LOG.infof("Dropped %d months of records that AUDIT_RETENTION does not keep", count);
        }
    }
}

package millrace.audit.evidence;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import millrace.audit.table.DatabaseTransactions;

/** Fails from a step on, as the database sees a process that is killed. A transaction has a step before, within and behind it. */
final class DyingTransactions extends DatabaseTransactions {
    /** Steps of three transactions, and one more. */
    static final int STEPS = 10;

    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);

    DyingTransactions(DataSource database) {
        super(database);
    }

    void killAfter(int steps) {
        left.set(steps);
    }

    boolean isDead() {
        return left.get() < 0;
    }

    @Override
    public <T> T get(Query<T> query) throws SQLException {
        step();
        var result = super.get(connection -> {
            var inside = query.on(connection);
            step();
            return inside;
        });
        step();
        return result;
    }

    private void step() throws SQLException {
        if (left.decrementAndGet() < 0) {
            throw new SQLException("The process was killed");
        }
    }
}

package millrace.orders.outage;

import io.vertx.sqlclient.DatabaseException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells what PostgreSQL will never accept from what it may accept another time. */
public final class DatabaseRefusal {
    private static final String UNIQUE_VIOLATION = "23505";

    private DatabaseRefusal() {}

    /**
     * True for a value that does not fit its column, whoever tries and however often: SQLSTATE classes 22 (data), 23
     * (constraints) and 54 (limits). A unique violation is none: two transactions have met, and the second attempt sees
     * what the first one wrote. All else (connection lost, shutdown, out of connections or disk, serialization, deadlock,
     * a missing table, what nobody has thought of) may pass: rather wait too long than lose an event.
     */
    public static boolean isFinal(Throwable failure) {
        return sqlState(failure).filter(DatabaseRefusal::isFinal).isPresent();
    }

    public static boolean mayPass(Throwable failure) {
        return !isFinal(failure);
    }

    /** Why a value can never be stored. */
    public static String sentence(Throwable failure) {
        return "The database refuses it: SQLSTATE " + sqlState(failure).orElseThrow() + ".";
    }

    /** Empty where it was not the database that spoke. */
    public static Optional<String> sqlState(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .flatMap(cause -> switch (cause) {
                    case DatabaseException spoken -> Stream.ofNullable(spoken.getSqlState());
                    case SQLException wrapped -> Stream.ofNullable(wrapped.getSQLState());
                    default -> Stream.empty();
                })
                .findFirst();
    }

    private static boolean isFinal(String sqlState) {
        return !sqlState.equals(UNIQUE_VIOLATION) && Stream.of("22", "23", "54").anyMatch(sqlState::startsWith);
    }
}

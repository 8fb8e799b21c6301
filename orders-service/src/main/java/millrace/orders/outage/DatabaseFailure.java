package millrace.orders.outage;

import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.sqlclient.DatabaseException;
import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.hibernate.exception.JDBCConnectionException;
import org.hibernate.exception.LockAcquisitionException;

/**
 * Classifies a failure: an outage of the database, which passes; a value that the database will never accept, which is
 * final; or a fault of this program.
 */
public final class DatabaseFailure {
    private static final String UNIQUE_VIOLATION = "23505";

    private DatabaseFailure() {}

    /**
     * True for a value that does not fit its column on any attempt: SQLSTATE classes 22 (data), 23 (constraints) and 54
     * (limits). A unique violation is no final failure, because two transactions have met and the retry sees the row of
     * the other. All other states (shutdown, out of connections or disk, serialization, deadlock, a missing table,
     * unknown ones) may pass: a long wait is better than a lost event.
     */
    public static boolean isFinal(Throwable failure) {
        return sqlState(failure).filter(DatabaseFailure::isFinal).isPresent();
    }

    /**
     * True where the database reports a state that may pass, or cannot be reached; connection failures are a positive
     * list.
     */
    public static boolean isOutage(Throwable failure) {
        return sqlState(failure)
                .map(state -> !isFinal(state))
                .orElseGet(() -> causes(failure).anyMatch(DatabaseFailure::isLostConnection));
    }

    /** Describes why a record cannot be applied, without any of its content. */
    public static String sentence(Throwable failure) {
        return sqlState(failure)
                .map(state -> "The database refuses it: SQLSTATE " + state + ".")
                .orElseGet(() -> "Orders fails at it: " + place(failure) + ".");
    }

    /** Empty where the failure is not from the database. */
    private static Optional<String> sqlState(Throwable failure) {
        return causes(failure)
                .flatMap(cause -> switch (cause) {
                    case DatabaseException spoken -> Stream.ofNullable(spoken.getSqlState());
                    case SQLException wrapped -> Stream.ofNullable(wrapped.getSQLState());
                    default -> Stream.empty();
                })
                .findFirst();
    }

    private static boolean isLostConnection(Throwable cause) {
        return switch (cause) {
            case IOException network -> true;
            case TimeoutException late -> true;
            case UnresolvedAddressException nameless -> true;
            case VertxException closed -> true;
            case NoStackTraceThrowable poolIsBusy -> true;
            case SQLException silent -> true;
            case JDBCConnectionException wrapped -> true;
            case LockAcquisitionException wrapped -> true;
            default -> false;
        };
    }

    /** Returns the exception and the first frame of this program in its stack. */
    private static String place(Throwable failure) {
        var root = causes(failure).reduce((outer, inner) -> inner).orElseThrow();
        var place = Stream.of(root.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("millrace."))
                .findFirst()
                .map(frame -> " in %s.%s"
                        .formatted(
                                frame.getClassName()
                                        .substring(frame.getClassName().lastIndexOf('.') + 1),
                                frame.getMethodName()))
                .orElse("");
        return root.getClass().getSimpleName() + place;
    }

    /** Returns the failure and its causes, from the outside in, at most 50. */
    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(50);
    }

    private static boolean isFinal(String sqlState) {
        return !sqlState.equals(UNIQUE_VIOLATION) && Stream.of("22", "23", "54").anyMatch(sqlState::startsWith);
    }
}

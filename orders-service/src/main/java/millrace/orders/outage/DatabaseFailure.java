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
 * Tells three kinds of failure apart: the database is away or busy (an outage: trying again helps), it will never accept a
 * value (final), or it has nothing to do with it and the fault is in this program.
 */
public final class DatabaseFailure {
    private static final String UNIQUE_VIOLATION = "23505";

    private DatabaseFailure() {}

    /**
     * True for a value that does not fit its column, whoever tries and however often: SQLSTATE classes 22 (data), 23
     * (constraints) and 54 (limits). A unique violation is none: two transactions have met, and the second attempt sees
     * what the first one wrote. All else that the database says (shutdown, out of connections or disk, serialization,
     * deadlock, a missing table, what nobody has thought of) may pass: rather wait too long than lose an event.
     */
    public static boolean isFinal(Throwable failure) {
        return sqlState(failure).filter(DatabaseFailure::isFinal).isPresent();
    }

    /** True where the database speaks and may say something else another time, or cannot be reached; a list of what is known. */
    public static boolean isOutage(Throwable failure) {
        return sqlState(failure)
                .map(state -> !isFinal(state))
                .orElseGet(() -> causes(failure).anyMatch(DatabaseFailure::isLostConnection));
    }

    /** Why a record can never be applied; without anything that it says. */
    public static String sentence(Throwable failure) {
        return sqlState(failure)
                .map(state -> "The database refuses it: SQLSTATE " + state + ".")
                .orElseGet(() -> "Orders fails at it: " + place(failure) + ".");
    }

    /** Empty where it was not the database that spoke. */
    public static Optional<String> sqlState(Throwable failure) {
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

    /** The exception and the first place of this program that it came by. */
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

    /** The failure and its causes, from the outside in; a chain that is longer than any real one ends. */
    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(50);
    }

    private static boolean isFinal(String sqlState) {
        return !sqlState.equals(UNIQUE_VIOLATION) && Stream.of("22", "23", "54").anyMatch(sqlState::startsWith);
    }
}

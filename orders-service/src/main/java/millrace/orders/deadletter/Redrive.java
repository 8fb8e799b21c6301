package millrace.orders.deadletter;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response.Status;
import java.time.Instant;
import java.util.Optional;
import millrace.events.EventCameLate;
import millrace.orders.deadletter.DeadLetter.Attempt;
import millrace.orders.outage.DatabaseRefusal;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Tries dead letters again, and what is parked behind them, one after the other in the order in which they came. Each is
 * applied in a transaction of its own, which also says what became of it, so that a crash in between repeats nothing.
 */
@ApplicationScoped
public class Redrive {
    /** A dead letter that was tried so often can only be discarded. */
    static final int MOST_ATTEMPTS = 10;

    /** What is parked beyond that waits for the next request: one of them must end some time. */
    static final int MOST_AT_ONCE = 1_000;

    private final Mutiny.SessionFactory database;
    private final DeadLetters letters;
    private final Applying applying;

    Redrive(Mutiny.SessionFactory database, DeadLetters letters, Applying applying) {
        this.database = database;
        this.letters = letters;
        this.applying = applying;
    }

    /**
     * What became of it.
     *
     * @param resolved how many records wait no more, those behind it included
     * @param late how many of them waited longer than {@link EventCameLate#GRACE}: orders has applied them, and what counts by
     *     event time sets them apart on {@code late-events}
     * @param stoppedAt id of the record that keeps waiting; {@code null} where there is none
     * @param reason why it does; {@code null} where there is none
     */
    public record Outcome(int resolved, int late, String stoppedAt, String reason) {}

    /** One record's turn: who takes it, and with which body instead of its own. */
    private record Turn(String id, Optional<byte[]> body, String by, boolean discard) {
        Turn next(String other) {
            return new Turn(other, Optional.empty(), by, false);
        }

        Attempt attempt(String outcome) {
            return new Attempt(Instant.now(), by, body.isPresent(), outcome);
        }
    }

    /**
     * What one turn came to.
     *
     * @param reason why it keeps waiting; empty where it does not
     * @param next what was parked behind it
     * @param late whether it is applied too late to count by event time
     */
    private record Step(Optional<String> reason, Optional<String> next, boolean late) {}

    /** @param body instead of the record's own; empty to try that again */
    Uni<Outcome> redrive(String id, Optional<byte[]> body, String by) {
        return redrive(id, body, by, MOST_AT_ONCE);
    }

    /** @param most records that are tried; what is parked beyond waits for the next request */
    Uni<Outcome> redrive(String id, Optional<byte[]> body, String by, int most) {
        return go(new Turn(id, body, by, false), 0, 0, most);
    }

    /** Gives it up: what is parked behind it is applied without it. */
    Uni<Outcome> discard(String id, String by) {
        return go(new Turn(id, Optional.empty(), by, true), 0, 0, MOST_AT_ONCE);
    }

    /** Why it would keep waiting; empty where it would not. Nothing is changed. */
    Uni<Optional<String>> rehearse(String id) {
        return database.withStatelessTransaction((session, transaction) -> letters.first(session, id)
                        .invoke(Redrive::requireAttempts)
                        .chain(letter -> applying.apply(session, letter))
                        .invoke(transaction::markForRollback))
                .onFailure(Redrive::isOfTheRecord)
                .recoverWithItem(refusal -> Optional.of(DatabaseRefusal.sentence(refusal)));
    }

    private Uni<Outcome> go(Turn turn, int resolved, int late, int most) {
        return take(turn).chain(step -> {
            var lateNow = late + (step.late() ? 1 : 0);
            if (step.reason().isPresent()) {
                return Uni.createFrom()
                        .item(new Outcome(
                                resolved, lateNow, turn.id(), step.reason().get()));
            }
            if (step.next().isEmpty() || resolved + 1 >= most) {
                return Uni.createFrom()
                        .item(new Outcome(resolved + 1, lateNow, step.next().orElse(null), null));
            }
            return go(turn.next(step.next().get()), resolved + 1, lateNow, most);
        });
    }

    private Uni<Step> take(Turn turn) {
        return database.withStatelessTransaction(session -> letters.first(session, turn.id())
                        .invoke(letter -> check(letter, turn))
                        .chain(letter ->
                                apply(session, letter, turn).chain(reason -> settle(session, letter, turn, reason))))
                .onFailure(Redrive::isOfTheRecord)
                .recoverWithUni(refusal ->
                        database.withStatelessTransaction(session -> letters.first(session, turn.id())
                                .chain(letter -> settle(
                                        session, letter, turn, Optional.of(DatabaseRefusal.sentence(refusal))))));
    }

    private Uni<Optional<String>> apply(Mutiny.StatelessSession session, DeadLetter letter, Turn turn) {
        if (turn.discard()) {
            return Uni.createFrom().item(Optional.empty());
        }
        return applying.apply(session, turn.body().map(letter::corrected).orElse(letter));
    }

    private Uni<Step> settle(Mutiny.StatelessSession session, DeadLetter letter, Turn turn, Optional<String> reason) {
        if (reason.isEmpty()) {
            letter.resolve(turn.attempt(turn.discard() ? "discarded" : "applied"));
            var late = !turn.discard()
                    && letter.receivedAt().plus(EventCameLate.GRACE).isBefore(Instant.now());
            return letters.release(session, letter).map(next -> new Step(reason, next, late));
        }
        var wasParked = letter.reason().isEmpty();
        letter.stays(turn.attempt(reason.get()));
        return session.update(letter)
                .chain(() -> wasParked
                        ? applying.publish(session, letter, reason.get())
                        : Uni.createFrom().voidItem())
                .replaceWith(new Step(reason, Optional.empty(), false));
    }

    /** Neither an answer to the caller nor an outage: the record cannot be applied, whoever's fault that is. */
    private static boolean isOfTheRecord(Throwable failure) {
        return !(failure instanceof WebApplicationException) && !DatabaseRefusal.isOutage(failure);
    }

    private static void check(DeadLetter letter, Turn turn) {
        if (!turn.discard()) {
            requireAttempts(letter);
        }
    }

    private static void requireAttempts(DeadLetter letter) {
        if (letter.attempts() >= MOST_ATTEMPTS) {
            throw new ExhaustedException(letter.id(), letter.attempts());
        }
    }

    /** 409: it has been tried as often as it may be. */
    static final class ExhaustedException extends ClientErrorException {
        private static final long serialVersionUID = 1;

        ExhaustedException(String id, int attempts) {
            super(
                    "Dead letter %s has been tried %d times: it can only be discarded.".formatted(id, attempts),
                    Status.CONFLICT);
        }
    }
}

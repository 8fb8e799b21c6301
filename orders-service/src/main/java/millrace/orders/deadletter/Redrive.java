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
import millrace.orders.outage.DatabaseFailure;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Tries dead letters again, and what is parked behind them, one after the other in the order in which they came. Each is
 * applied in a transaction of its own, which also says what became of it, so that a crash in between repeats nothing.
 */
@ApplicationScoped
public class Redrive {
    /** A dead letter that was tried so often can only be discarded. */
    static final int MAX_ATTEMPTS = 10;

    /** What is parked beyond that waits for the next request: one of them must end some time. */
    static final int MAX_RECORDS = 1_000;

    private final Mutiny.SessionFactory database;
    private final DeadLetters letters;
    private final RedriveTarget target;

    Redrive(Mutiny.SessionFactory database, DeadLetters letters, RedriveTarget target) {
        this.database = database;
        this.letters = letters;
        this.target = target;
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
    private record Request(String id, Optional<byte[]> body, String by, boolean discard) {
        Request next(String other) {
            return new Request(other, Optional.empty(), by, false);
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
    private record StepResult(Optional<String> reason, Optional<String> next, boolean late) {}

    /** @param body instead of the record's own; empty to try that again */
    Uni<Outcome> redrive(String id, Optional<byte[]> body, String by) {
        return redrive(id, body, by, MAX_RECORDS);
    }

    /** @param most records that are tried; what is parked beyond waits for the next request */
    Uni<Outcome> redrive(String id, Optional<byte[]> body, String by, int most) {
        return redriveFrom(new Request(id, body, by, false), 0, 0, most);
    }

    /** Gives it up: what is parked behind it is applied without it. */
    Uni<Outcome> discard(String id, String by) {
        return redriveFrom(new Request(id, Optional.empty(), by, true), 0, 0, MAX_RECORDS);
    }

    /** Why it would keep waiting; empty where it would not. Nothing is changed. */
    Uni<Optional<String>> dryRun(String id) {
        return database.withStatelessTransaction((session, transaction) -> letters.lockFirst(session, id)
                        .invoke(Redrive::requireAttempts)
                        .chain(letter -> target.apply(session, letter))
                        .invoke(transaction::markForRollback))
                .onFailure(Redrive::isFaultOfTheRecord)
                .recoverWithItem(refusal -> Optional.of(DatabaseFailure.sentence(refusal)));
    }

    private Uni<Outcome> redriveFrom(Request request, int resolved, int late, int most) {
        return redriveOne(request).chain(step -> {
            var lateNow = late + (step.late() ? 1 : 0);
            if (step.reason().isPresent()) {
                return Uni.createFrom()
                        .item(new Outcome(
                                resolved, lateNow, request.id(), step.reason().get()));
            }
            if (step.next().isEmpty() || resolved + 1 >= most) {
                return Uni.createFrom()
                        .item(new Outcome(resolved + 1, lateNow, step.next().orElse(null), null));
            }
            return redriveFrom(request.next(step.next().get()), resolved + 1, lateNow, most);
        });
    }

    private Uni<StepResult> redriveOne(Request request) {
        return database.withStatelessTransaction(session -> letters.lockFirst(session, request.id())
                        .invoke(letter -> check(letter, request))
                        .chain(letter -> apply(session, letter, request)
                                .chain(reason -> recordOutcome(session, letter, request, reason))))
                .onFailure(Redrive::isFaultOfTheRecord)
                .recoverWithUni(refusal ->
                        database.withStatelessTransaction(session -> letters.lockFirst(session, request.id())
                                .chain(letter -> recordOutcome(
                                        session, letter, request, Optional.of(DatabaseFailure.sentence(refusal))))));
    }

    private Uni<Optional<String>> apply(Mutiny.StatelessSession session, DeadLetter letter, Request request) {
        if (request.discard()) {
            return Uni.createFrom().item(Optional.empty());
        }
        return target.apply(session, request.body().map(letter::corrected).orElse(letter));
    }

    private Uni<StepResult> recordOutcome(
            Mutiny.StatelessSession session, DeadLetter letter, Request request, Optional<String> reason) {
        if (reason.isEmpty()) {
            letter.resolve(request.attempt(request.discard() ? "discarded" : "applied"));
            var late = !request.discard()
                    && letter.receivedAt().plus(EventCameLate.GRACE).isBefore(Instant.now());
            return letters.release(session, letter).map(next -> new StepResult(reason, next, late));
        }
        var wasParked = letter.reason().isEmpty();
        letter.recordFailure(request.attempt(reason.get()));
        return session.update(letter)
                .chain(() -> wasParked
                        ? target.publish(session, letter, reason.get())
                        : Uni.createFrom().voidItem())
                .replaceWith(new StepResult(reason, Optional.empty(), false));
    }

    /** Neither an answer to the caller nor an outage: the record cannot be applied, whoever's fault that is. */
    private static boolean isFaultOfTheRecord(Throwable failure) {
        return !(failure instanceof WebApplicationException) && !DatabaseFailure.isOutage(failure);
    }

    private static void check(DeadLetter letter, Request request) {
        if (!request.discard()) {
            requireAttempts(letter);
        }
    }

    private static void requireAttempts(DeadLetter letter) {
        if (letter.attempts() >= MAX_ATTEMPTS) {
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

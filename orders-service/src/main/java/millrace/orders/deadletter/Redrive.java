package millrace.orders.deadletter;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response.Status;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import millrace.events.SourcedEvent;
import millrace.orders.deadletter.DeadLetter.Attempt;
import millrace.orders.outage.DatabaseFailure;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Redrives a dead letter, and then the records that are parked behind it, in the sequence in which they came. Each is
 * applied in a transaction of its own, which also stores the outcome, so that a crash repeats nothing.
 */
@ApplicationScoped
class Redrive {
    /** Attempts per dead letter; after that it can only be discarded. */
    static final int MAX_ATTEMPTS = 10;

    /** Records that one request redrives; the next request continues with the next record. */
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
     * Outcome of a request.
     *
     * @param resolved number of records that are resolved, those behind the dead letter included; in a dry run 1 where
     *     the dead letter itself would be
     * @param late number of them that waited longer than {@link SourcedEvent#GRACE}: orders has applied them, and
     *     consumers that count by event time leave them out
     * @param stoppedAt id of the record that keeps waiting; {@code null} where there is none
     * @param reason why it keeps waiting; {@code null} where there is none
     */
    record RedriveResult(int resolved, int late, String stoppedAt, String reason) {
        static RedriveResult ofDryRun(String id, Optional<String> reason) {
            return reason.map(why -> new RedriveResult(0, 0, id, why))
                    .orElseGet(() -> new RedriveResult(1, 0, null, null));
        }
    }

    /** A request for one record: its caller, and the body that replaces the record's own. */
    private record Request(String id, Optional<byte[]> body, String by, boolean discard) {
        Request next(String other) {
            return new Request(other, Optional.empty(), by, false);
        }

        Attempt attempt(String outcome) {
            return new Attempt(Instant.now(), by, body.isPresent(), outcome);
        }
    }

    /**
     * Outcome of one record.
     *
     * @param reason why it keeps waiting; empty where it is resolved
     * @param next id of the record that is parked behind it
     * @param late true if it is applied too late to count by event time
     */
    private record StepResult(Optional<String> reason, Optional<String> next, boolean late) {}

    /**
     * Progress along the records of a key.
     *
     * @param request for the next record; {@code null} where none is left
     * @param reason why that record keeps waiting; empty where it has not been tried
     */
    private record Progress(Request request, int resolved, int late, Optional<String> reason) {
        Progress after(StepResult step) {
            return step.reason().isPresent()
                    ? new Progress(request, resolved, late, step.reason())
                    : new Progress(
                            step.next().map(request::next).orElse(null),
                            resolved + 1,
                            late + (step.late() ? 1 : 0),
                            Optional.empty());
        }

        boolean goesOn() {
            return request != null && reason.isEmpty();
        }

        RedriveResult result() {
            return new RedriveResult(resolved, late, request == null ? null : request.id(), reason.orElse(null));
        }
    }

    /** @param body that replaces the record's own; empty to keep it */
    Uni<RedriveResult> redrive(String id, Optional<byte[]> body, String by) {
        return redrive(id, body, by, MAX_RECORDS);
    }

    /** @param most number of records to redrive; the next request continues with the next record */
    Uni<RedriveResult> redrive(String id, Optional<byte[]> body, String by, int most) {
        return redriveFrom(new Request(id, body, by, false), most);
    }

    /** Discards a dead letter; the records that are parked behind it are applied. */
    Uni<RedriveResult> discard(String id, String by) {
        return redriveFrom(new Request(id, Optional.empty(), by, true), MAX_RECORDS);
    }

    /**
     * Tries a dead letter and rolls back; returns why it would keep waiting, or empty.
     *
     * @param body that replaces the record's own; empty to keep it
     */
    Uni<Optional<String>> dryRun(String id, Optional<byte[]> body) {
        return database.withStatelessTransaction((session, transaction) -> letters.lockFirst(session, id)
                        .invoke(Redrive::requireAttempts)
                        .chain(letter -> target.apply(
                                session, body.map(letter::corrected).orElse(letter)))
                        .invoke(transaction::markForRollback))
                .onFailure(Redrive::isFaultOfTheRecord)
                .recoverWithItem(refusal -> Optional.of(DatabaseFailure.sentence(refusal)));
    }

    /** Redrives one record after the other, until one keeps waiting, none is left or the limit is reached. */
    private Uni<RedriveResult> redriveFrom(Request first, int most) {
        var progress = new AtomicReference<>(new Progress(first, 0, 0, Optional.empty()));
        return Uni.createFrom()
                .deferred(() -> redriveOne(progress.get().request()))
                .map(step -> progress.updateAndGet(before -> before.after(step)))
                .repeat()
                .whilst(now -> now.goesOn() && now.resolved() < most)
                .collect()
                .last()
                .map(Progress::result);
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
                    && letter.receivedAt().plus(SourcedEvent.GRACE).isBefore(Instant.now());
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

    /** True if the record cannot be applied: for all but errors of the request and outages of the database. */
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

    /** Error 409: the limit of attempts is reached. */
    static final class ExhaustedException extends ClientErrorException {
        private static final long serialVersionUID = 1;

        ExhaustedException(String id, int attempts) {
            super(
                    "Dead letter %s has been tried %d times: it can only be discarded.".formatted(id, attempts),
                    Status.CONFLICT);
        }
    }
}

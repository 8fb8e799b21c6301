package millrace.orders.deadletter;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import millrace.orders.deadletter.Redrive.ExhaustedException;
import millrace.orders.deadletter.Redrive.RedriveResult;
import millrace.orders.outage.DatabaseFailure;

/**
 * Redrives many dead letters one after the other, and reports the outcome of each; a failure does not stop the others.
 */
@ApplicationScoped
class BulkRedrive {
    private final Redrive redrive;

    BulkRedrive(Redrive redrive) {
        this.redrive = redrive;
    }

    /**
     * Outcome of one dead letter, or its expected outcome in a dry run.
     *
     * @param outcome {@code "applied"}; {@code "dead"} where it keeps waiting; {@code "exhausted"} where it has reached
     *     the limit of attempts; {@code "not-first"} where it is parked or resolved; {@code "not-tried"} where the
     *     request has reached its limit or the database is unavailable
     * @param resolved number of records that are resolved; in a dry run 1 where the dead letter itself would be
     * @param late number of them that are applied too late to count by event time
     * @param stoppedAt id of the record that keeps waiting; {@code null} where there is none
     */
    record Result(String id, String outcome, int resolved, int late, String stoppedAt, String reason) {}

    Uni<List<Result>> redrive(List<String> ids, boolean dryRun, String by) {
        var remaining = new AtomicInteger(Redrive.MAX_RECORDS);
        return Multi.createFrom()
                .iterable(ids)
                .onItem()
                .transformToUniAndConcatenate(id -> redriveOne(id, dryRun, by, remaining.get()))
                .invoke(result -> remaining.addAndGet(-result.resolved()))
                .collect()
                .asList();
    }

    private Uni<Result> redriveOne(String id, boolean dryRun, String by, int remaining) {
        if (remaining <= 0) {
            return Uni.createFrom()
                    .item(new Result(id, "not-tried", 0, 0, id, "The request has reached its limit of records."));
        }
        var attempt = dryRun
                ? redrive.dryRun(id, Optional.empty()).map(reason -> dryRunResult(id, reason))
                : redrive.redrive(id, Optional.empty(), by, remaining).map(outcome -> result(id, outcome));
        return attempt.onFailure(WebApplicationException.class)
                .recoverWithItem(answer -> new Result(
                        id,
                        answer instanceof ExhaustedException ? "exhausted" : "not-first",
                        0,
                        0,
                        id,
                        answer.getMessage()))
                .onFailure(DatabaseFailure::isOutage)
                .recoverWithItem(() -> new Result(id, "not-tried", 0, 0, id, "The database does not answer."));
    }

    private static Result dryRunResult(String id, Optional<String> reason) {
        return reason.map(why -> new Result(id, "dead", 0, 0, id, why))
                .orElseGet(() -> new Result(id, "applied", 1, 0, null, null));
    }

    private static Result result(String id, RedriveResult redriven) {
        var outcome = redriven.resolved() == 0 ? "dead" : "applied";
        return new Result(id, outcome, redriven.resolved(), redriven.late(), redriven.stoppedAt(), redriven.reason());
    }
}

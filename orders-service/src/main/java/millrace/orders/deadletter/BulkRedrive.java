package millrace.orders.deadletter;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import millrace.orders.deadletter.Redrive.ExhaustedException;
import millrace.orders.deadletter.Redrive.Outcome;
import millrace.orders.outage.DatabaseRefusal;

/** Tries many dead letters, one after the other, and says of each what became of it: one that fails does not stop the others. */
@ApplicationScoped
class BulkRedrive {
    private final Redrive redrive;

    BulkRedrive(Redrive redrive) {
        this.redrive = redrive;
    }

    /**
     * What became of one, or would.
     *
     * @param outcome {@code "applied"}; {@code "dead"} where it keeps waiting; {@code "exhausted"} where it was tried too often;
     *     {@code "not-first"} where it is parked, or waits no more; {@code "not-tried"} where the request had come to its end,
     *     or the database was away
     * @param resolved how many records wait no more; in a dry run 1 where the dead letter itself would not
     * @param late how many of them are applied too late to count by event time
     * @param stoppedAt id of the record that keeps waiting; {@code null} where there is none
     */
    record Tried(String id, String outcome, int resolved, int late, String stoppedAt, String reason) {}

    Uni<List<Tried>> redrive(List<String> ids, boolean dryRun, String by) {
        var all = Uni.createFrom().<List<Tried>>item(new ArrayList<>());
        for (var id : ids) {
            all = all.call(tried -> one(id, dryRun, by, left(tried)).invoke(tried::add));
        }
        return all;
    }

    private Uni<Tried> one(String id, boolean dryRun, String by, int left) {
        if (left == 0) {
            return Uni.createFrom()
                    .item(new Tried(
                            id, "not-tried", 0, 0, id, "So many records are tried by one request and no more."));
        }
        var tried = dryRun
                ? redrive.rehearse(id).map(reason -> rehearsed(id, reason))
                : redrive.redrive(id, Optional.empty(), by, left).map(outcome -> tried(id, outcome));
        return tried.onFailure(WebApplicationException.class)
                .recoverWithItem(answer -> new Tried(
                        id,
                        answer instanceof ExhaustedException ? "exhausted" : "not-first",
                        0,
                        0,
                        id,
                        answer.getMessage()))
                .onFailure(DatabaseRefusal::isOutage)
                .recoverWithItem(() -> new Tried(id, "not-tried", 0, 0, id, "The database does not answer."));
    }

    private static Tried rehearsed(String id, Optional<String> reason) {
        return reason.map(why -> new Tried(id, "dead", 0, 0, id, why))
                .orElseGet(() -> new Tried(id, "applied", 1, 0, null, null));
    }

    private static Tried tried(String id, Outcome outcome) {
        var result = outcome.resolved() == 0 ? "dead" : "applied";
        return new Tried(id, result, outcome.resolved(), outcome.late(), outcome.stoppedAt(), outcome.reason());
    }

    /** How many records this request may still try. */
    private static int left(List<Tried> tried) {
        return Redrive.MOST_AT_ONCE
                - Math.min(
                        Redrive.MOST_AT_ONCE,
                        tried.stream().mapToInt(Tried::resolved).sum());
    }
}

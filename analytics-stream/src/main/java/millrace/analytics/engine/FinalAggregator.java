package millrace.analytics.engine;

/** Adds up the partial counts of an aggregate's rows. */
public final class FinalAggregator {
    private final TwoPhaseAggregate aggregate;
    private final StateTable<Aggregate> rows;

    /**
     * A row and what it was before.
     *
     * @param before {@code null} where the row is new
     */
    public record Change(Aggregate before, Aggregate after) {}

    FinalAggregator(TaskState state, TwoPhaseAggregate aggregate, boolean emits) {
        this.aggregate = aggregate;
        rows = state.table(emits ? aggregate.rows().emitting(TableSpec.Emission.ROWS) : aggregate.rows());
    }

    public boolean counts(Partial partial) {
        return partial.aggregate().equals(aggregate.name());
    }

    /** Returns {@code null} where the row has a later share of the partition. */
    public Change add(Partial partial, long timestamp) {
        var known = rows.row(partial.key());
        var before = known == null ? null : known.value();
        var after = (before == null ? Aggregate.NOTHING : before).with(partial);
        if (after == before) {
            return null;
        }
        rows.put(partial.key(), after, known == null ? timestamp : Math.max(known.timestamp(), timestamp));
        return new Change(before, after);
    }

    public StateTable<Aggregate> rows() {
        return rows;
    }
}

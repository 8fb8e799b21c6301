package millrace.analytics.engine;

import org.apache.kafka.streams.processor.StateStore;

/** Changes a task's rows from outside of its processors. */
public final class StateAccess {
    private StateAccess() {}

    public static <V> StateTable<V> table(StateStore store, TableSpec<V> spec) {
        return ((TaskStore) store).state().table(spec);
    }

    /** Returns the number of ids that are remembered, whether in rows of many or in rows of their own. */
    public static long remembered(StateStore store) {
        return DeduplicationStore.TABLES.stream()
                .flatMap(spec -> table(store, spec).all().stream())
                .mapToLong(row -> row.value().size())
                .sum();
    }
}

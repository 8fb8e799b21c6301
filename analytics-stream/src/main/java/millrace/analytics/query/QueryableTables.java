package millrace.analytics.query;

import java.util.List;
import java.util.Optional;

/** All tables that can be queried: an instance answers another only for these. */
public record QueryableTables(List<QueryableTable<?>> all) {
    Optional<QueryableTable<?>> named(String name) {
        return all.stream().filter(table -> table.name().equals(name)).findFirst();
    }

    /** @throws IllegalStateException if the table is not among them */
    void requireQueryable(QueryableTable<?> table) {
        if (!all.contains(table)) {
            throw new IllegalStateException(
                    "The table " + table.name() + " is not among those that can be asked: expected it in Stores.");
        }
    }
}

package millrace.analytics.query;

import java.util.List;
import java.util.Optional;

/** All stores that can be queried: an instance answers another only for these. */
public record QueryableStores(List<QueryableStore<?>> all) {
    Optional<QueryableStore<?>> named(String name) {
        return all.stream().filter(store -> store.name().equals(name)).findFirst();
    }

    /** @throws IllegalStateException if the store is not among them */
    void requireQueryable(QueryableStore<?> store) {
        if (!all.contains(store)) {
            throw new IllegalStateException(
                    "The store " + store.name() + " is not among those that can be asked: expected it in Stores.");
        }
    }
}

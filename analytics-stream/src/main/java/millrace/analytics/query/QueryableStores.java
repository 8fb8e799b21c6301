package millrace.analytics.query;

import java.util.List;
import java.util.Optional;

/** Every store that can be asked: an instance answers another only for these. */
public record Stores(List<Store<?>> all) {
    Optional<Store<?>> named(String name) {
        return all.stream().filter(store -> store.name().equals(name)).findFirst();
    }

    /** @throws IllegalStateException where other instances would not answer for the store */
    void check(Store<?> store) {
        if (!all.contains(store)) {
            throw new IllegalStateException(
                    "The store " + store.name() + " is not among those that can be asked: expected it in Stores.");
        }
    }
}

package millrace.analytics.query;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/**
 * Reads the stores of the running job, whichever instance holds which partition of them. An answer is whole, or it is 503
 * with a sentence that says what is missing; nobody waits for a store to be restored or moved.
 */
@ApplicationScoped
public class Answers {
    private final Stores stores;
    private final Partitions partitions;
    private final Local local;
    private final OtherInstances others;

    Answers(Stores stores, Partitions partitions, Local local, OtherInstances others) {
        this.stores = stores;
        this.partitions = partitions;
        this.local = local;
        this.others = others;
    }

    /**
     * Hands every row of a store whose window starts in the span to {@code row}: key and value, in no stated order. What
     * was handed over before an exception is no answer.
     */
    public <V> void rows(Store<V> store, Span span, BiConsumer<String, V> row) {
        ask(store, span.range(), (key, value) -> {
            if (span.holds(key)) {
                row.accept(key, value);
            }
        });
    }

    /** The same of a store whose keys are not windows. */
    public <V> void all(Store<V> store, BiConsumer<String, V> row) {
        ask(store, new Range(null, null), row);
    }

    /** The value of a key, in whichever partition it is. */
    public <V> Optional<V> one(Store<V> store, String key) {
        var found = new AtomicReference<V>();
        ask(store, Range.of(key), (same, value) -> found.set(value));
        return Optional.ofNullable(found.get());
    }

    private <V> void ask(Store<V> store, Range range, BiConsumer<String, V> row) {
        stores.check(store);
        var complete = new Complete<>(store, partitions.of(store), row);
        try (var rows = local.open(store, range)) {
            rows.handTo(complete);
            others.with(store).forEach(other -> others.ask(other, store, range, complete));
        } catch (InvalidStateStoreException moved) {
            throw local.notReady(store);
        }
        complete.check();
    }
}

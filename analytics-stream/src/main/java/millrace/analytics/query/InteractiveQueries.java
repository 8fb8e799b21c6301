package millrace.analytics.query;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/**
 * Queries the stores of the running job, whichever instances hold their partitions. An answer is complete, or it is 503
 * with a sentence about the missing partition; a query does not wait until a store is restored or moved.
 */
@ApplicationScoped
public class InteractiveQueries {
    private final QueryableStores stores;
    private final StorePartitions partitions;
    private final LocalStores local;
    private final PeerInstances peers;

    InteractiveQueries(QueryableStores stores, StorePartitions partitions, LocalStores local, PeerInstances peers) {
        this.stores = stores;
        this.partitions = partitions;
        this.local = local;
        this.peers = peers;
    }

    /**
     * Passes key and value of every row whose window starts in the span to {@code row}, in no particular order. After
     * an exception the rows passed so far are incomplete.
     */
    public <V> void rows(QueryableStore<V> store, TimeSpan span, BiConsumer<String, V> row) {
        ask(store, span.range(), (key, value) -> {
            if (span.holds(key)) {
                row.accept(key, value);
            }
        });
    }

    /** Passes every row of a store to {@code row}, for stores whose keys are not windows. */
    public <V> void all(QueryableStore<V> store, BiConsumer<String, V> row) {
        ask(store, new KeyRange(null, null), row);
    }

    /** Returns the value of a key, whichever partition holds it. */
    public <V> Optional<V> one(QueryableStore<V> store, String key) {
        var found = new AtomicReference<V>();
        ask(store, KeyRange.of(key), (same, value) -> found.set(value));
        return Optional.ofNullable(found.get());
    }

    private <V> void ask(QueryableStore<V> store, KeyRange range, BiConsumer<String, V> row) {
        stores.requireQueryable(store);
        var check = new CompletenessCheck<>(store, partitions.of(store), row);
        try (var rows = local.open(store, range)) {
            rows.writeTo(check);
            peers.holding(store).forEach(peer -> peers.ask(peer, store, range, check));
        } catch (InvalidStateStoreException moved) {
            throw local.notReady(store);
        }
        check.requireComplete();
    }
}

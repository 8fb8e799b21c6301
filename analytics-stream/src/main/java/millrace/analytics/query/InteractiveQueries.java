package millrace.analytics.query;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/**
 * Queries the tables of the running job, whichever instances hold their partitions. An answer is complete, or it is 503
 * with a sentence about the missing partition; a query does not wait until a table is restored or moved.
 */
@ApplicationScoped
public class InteractiveQueries {
    private final QueryableTables tables;
    private final StorePartitions partitions;
    private final LocalStores local;
    private final PeerInstances peers;
    private final AnswerMemory memory;

    InteractiveQueries(
            QueryableTables tables,
            StorePartitions partitions,
            LocalStores local,
            PeerInstances peers,
            AnswerMemory memory) {
        this.tables = tables;
        this.partitions = partitions;
        this.local = local;
        this.peers = peers;
        this.memory = memory;
    }

    /**
     * Adds the rows of a page, in the order of their keys. A partition is read from the window that the previous page ended
     * with until it has given as many rows as the page holds, so a list costs the same however long the span is.
     *
     * @param row returns the row of an entry; {@code null} leaves it out
     */
    public <S, V> void page(QueryableTable<S> table, TimeSpan span, ResultPage<V> page, BiFunction<String, S, V> row) {
        memory.takeRows(page.enough());
        var check = new CompletenessCheck<S>(table, partitions.of(table), page.enough(), (key, value) -> {
            var taken = span.holds(key) && key.compareTo(page.after()) > 0 ? row.apply(key, value) : null;
            if (taken != null) {
                page.add(key, taken);
            }
            return taken != null;
        });
        ask(table, span.range().from(page.after()), check);
    }

    /**
     * Passes the rows of a span to {@code row}, from the window on that the previous page ended with: for pages whose rows
     * are merged of several windows, and keyed by the start of the first.
     */
    public <V> void rows(QueryableTable<V> table, TimeSpan span, ResultPage<?> page, BiConsumer<String, V> row) {
        memory.takeRows(page.enough());
        ask(table, span.range().from(page.after()), inSpan(span, row));
    }

    /** Returns an empty collection of rows, whose memory is bounded for all questions together. */
    public <V> Groups<V> groups() {
        return new Groups<>(memory);
    }

    /**
     * Passes key and value of every row whose window starts in the span to {@code row}, in no particular order. After
     * an exception the rows passed so far are incomplete.
     */
    public <V> void rows(QueryableTable<V> table, TimeSpan span, BiConsumer<String, V> row) {
        ask(table, span.range(), inSpan(span, row));
    }

    private static <V> BiConsumer<String, V> inSpan(TimeSpan span, BiConsumer<String, V> row) {
        return (key, value) -> {
            if (span.holds(key)) {
                row.accept(key, value);
            }
        };
    }

    /** Passes every row of a table to {@code row}, for tables whose keys are not windows. */
    public <V> void all(QueryableTable<V> table, BiConsumer<String, V> row) {
        ask(table, new KeyRange(null, null), row);
    }

    /** Returns the value of a key, whichever partition holds it. */
    public <V> Optional<V> one(QueryableTable<V> table, String key) {
        var found = new AtomicReference<V>();
        ask(table, KeyRange.of(key), (same, value) -> found.set(value));
        return Optional.ofNullable(found.get());
    }

    private <V> void ask(QueryableTable<V> table, KeyRange range, BiConsumer<String, V> row) {
        ask(table, range, new CompletenessCheck<>(table, partitions.of(table), row));
    }

    private <V> void ask(QueryableTable<V> table, KeyRange range, CompletenessCheck<V> check) {
        tables.requireQueryable(table);
        try (var rows = local.open(table, range)) {
            rows.writeTo(check);
            peers.holding(table).forEach(peer -> peers.ask(peer, table, range, check));
        } catch (InvalidStateStoreException moved) {
            throw local.notReady(table);
        }
        check.requireComplete();
    }
}

package millrace.orders;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.MutinyHelper;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What is known of orders, for those who ask and those who wait for it. Whoever waits looks into the database again and again,
 * because another instance of this service may be the one that writes it.
 */
@ApplicationScoped
class History {
    /** Between two looks of somebody who waits. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** Events of one order that are shown at once. */
    static final int MOST = 500;

    private final Mutiny.SessionFactory database;

    History(Mutiny.SessionFactory database) {
        this.database = database;
    }

    /** An order and its latest events; without those it has only been asked about. */
    record Told(Order order, List<HistoryEntry> events) {}

    /** Empty where nothing is known of it. */
    Uni<Optional<Told>> of(String orderId) {
        return database.withStatelessSession(session -> session.get(Order.class, orderId)
                .chain(order -> order == null || order.state().isEmpty()
                        ? Uni.createFrom().item(Optional.empty())
                        : latest(session, orderId).map(events -> Optional.of(new Told(order, events)))));
    }

    /** The same, after waiting for it. */
    Uni<Optional<Told>> of(String orderId, Duration atMost) {
        return await(() -> of(orderId), Instant.now().plus(atMost));
    }

    /** What became of the first transaction of a source and id, after waiting for it; empty where nothing did yet. */
    Uni<Optional<HistoryEntry>> answer(String source, String eventId, Duration atMost) {
        return await(
                () -> database.withStatelessSession(session -> OrderTables.answer(session, source, eventId))
                        .map(Optional::ofNullable),
                Instant.now().plus(atMost));
    }

    /** Events of an order after that version, in their order; as many as are shown at once. */
    Uni<List<HistoryEntry>> after(String orderId, long version) {
        return database.withStatelessSession(session -> session.createSelectionQuery(
                        "from HistoryEntry where orderId = :order and version > :version order by version",
                        HistoryEntry.class)
                .setParameter("order", orderId)
                .setParameter("version", version)
                .setMaxResults(MOST)
                .getResultList());
    }

    private static Uni<List<HistoryEntry>> latest(Mutiny.StatelessSession session, String orderId) {
        return session.createSelectionQuery(
                        "from HistoryEntry where orderId = :order order by version desc", HistoryEntry.class)
                .setParameter("order", orderId)
                .setMaxResults(MOST)
                .getResultList()
                .map(List::reversed);
    }

    /** Looks again and again until there is something, or the end has come. */
    static <T> Uni<Optional<T>> await(Supplier<Uni<Optional<T>>> look, Instant end) {
        return look.get()
                .chain(found -> found.isPresent() || !Instant.now().plus(PAUSE).isBefore(end)
                        ? Uni.createFrom().item(found)
                        : pause().chain(() -> await(look, end)));
    }

    /** Hibernate Reactive wants the thread on which the request came in, and a timer has its own. */
    private static Uni<Void> pause() {
        return Uni.createFrom().voidItem().onItem().delayIt().by(PAUSE).emitOn(here());
    }

    private static Executor here() {
        var context = Vertx.currentContext();
        return context == null ? Runnable::run : MutinyHelper.executor(context);
    }
}

package millrace.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import millrace.events.Channels;
import millrace.orders.Transaction.Identity;
import millrace.orders.deadletter.Applying;
import millrace.orders.deadletter.DeadLetter;
import millrace.orders.deadletter.DeadLetters;
import millrace.orders.outbox.Outbox;
import millrace.orders.outbox.OutboxMessage;
import millrace.orders.outbox.Restating;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What arrives is entered once, within one database transaction: the orders, their history (which is the memory of what has
 * been applied), what has to go out, and what cannot be applied.
 */
@ApplicationScoped
class OrderBook implements Applying, Restating {
    private final DeadLetters deadLetters;
    private final Outbox outbox;

    OrderBook(DeadLetters deadLetters, Outbox outbox) {
        this.deadLetters = deadLetters;
        this.outbox = outbox;
    }

    /** Enters what has not been entered before, in its order. */
    Uni<Batch> enter(Mutiny.StatelessSession session, List<Arrival> arrivals) {
        return deadLetters
                .blocked(session, keys(arrivals))
                .chain(blocked -> OrderTables.applied(session, transactions(arrivals))
                        .chain(applied -> fresh(session, arrivals, blocked)
                                .chain(fresh -> enter(session, fresh, applied, blocked))));
    }

    @Override
    public Uni<Optional<String>> apply(Mutiny.StatelessSession session, DeadLetter letter) {
        var arrival = Arrival.of(letter);
        return switch (arrival.reading()) {
            case Reading.Illegible illegible -> Uni.createFrom().item(Optional.of(illegible.reason()));
            case Reading.Legible legible ->
                OrderTables.applied(session, transactions(List.of(arrival)))
                        .chain(applied -> enter(session, List.of(arrival), applied, Set.of()))
                        .replaceWith(Optional.empty());
        };
    }

    @Override
    public Uni<Void> publish(Mutiny.StatelessSession session, DeadLetter letter, String reason) {
        return outbox.add(session, List.of(DeadLetterRecord.of(Arrival.of(letter), reason)));
    }

    @Override
    public Uni<Void> restate(Mutiny.StatelessSession session, List<OutboxMessage> messages) {
        var ids = messages.stream()
                .filter(message -> message.channel().equals(Channels.ORDER_STATE.name()))
                .map(message -> new String(message.key(), UTF_8))
                .distinct()
                .toArray(String[]::new);
        return OrderTables.locked(session, ids)
                .chain(orders -> OrderTables.lastChanges(session, ids)
                        .chain(changes -> outbox.add(session, Batch.states(orders, changes))));
    }

    private Uni<Batch> enter(
            Mutiny.StatelessSession session,
            List<Arrival> fresh,
            Map<Identity, Set<String>> applied,
            Set<ByteBuffer> blocked) {
        return OrderTables.locked(session, fresh)
                .map(known -> new Batch(known, applied, blocked, fresh))
                .call(batch -> write(session, batch));
    }

    /** Without what is in the dead letters already. */
    private Uni<List<Arrival>> fresh(Mutiny.StatelessSession session, List<Arrival> arrivals, Set<ByteBuffer> blocked) {
        var places = arrivals.stream()
                .filter(arrival -> mayBeKept(arrival, blocked))
                .map(Arrival::place)
                .toList();
        return deadLetters
                .known(session, places)
                .map(HashSet::new)
                .map(kept -> arrivals.stream()
                        .filter(arrival -> !mayBeKept(arrival, blocked) || !kept.contains(arrival.place()))
                        .toList());
    }

    private static boolean mayBeKept(Arrival arrival, Set<ByteBuffer> blocked) {
        return arrival.event().isEmpty() || isBlocked(arrival, blocked);
    }

    private Uni<Void> write(Mutiny.StatelessSession session, Batch batch) {
        return OrderTables.remember(session, batch.history())
                .chain(() -> session.insertMultiple(batch.opened()))
                .chain(() -> session.updateMultiple(batch.changed()))
                .chain(() -> OrderTables.count(session, batch.refused()))
                .chain(() -> deadLetters.keep(session, batch.deadLetters()))
                .chain(() -> outbox.add(session, batch.messages()))
                .chain(() -> Erasure.of(session, batch.erased()))
                .chain(() -> deadLetters.erase(session, keys(batch.erased())));
    }

    /** Keeps the bytes of a record that cannot even be kept as a dead letter in the usual way; the dead-letter channel has none of it. */
    Uni<Void> keepAside(Mutiny.StatelessSession session, Arrival arrival) {
        return deadLetters
                .known(session, List.of(arrival.place()))
                .chain(known -> deadLetters.keep(session, known.isEmpty() ? List.of(arrival.deadLetter()) : List.of()));
    }

    private static List<byte[]> keys(Collection<String> orderIds) {
        return orderIds.stream().map(id -> id.getBytes(UTF_8)).toList();
    }

    private static boolean isBlocked(Arrival arrival, Set<ByteBuffer> blocked) {
        return arrival.key() != null && blocked.contains(ByteBuffer.wrap(arrival.key()));
    }

    private static List<Transaction> transactions(List<Arrival> arrivals) {
        return arrivals.stream()
                .flatMap(arrival -> arrival.transaction().stream())
                .toList();
    }

    private static List<byte[]> keys(List<Arrival> arrivals) {
        return arrivals.stream()
                .map(Arrival::key)
                .filter(Objects::nonNull)
                .map(ByteBuffer::wrap)
                .distinct()
                .map(ByteBuffer::array)
                .toList();
    }
}

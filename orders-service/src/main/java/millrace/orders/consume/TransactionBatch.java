package millrace.orders.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderRejected;
import millrace.events.OrderEvent.TransitionRefused;
import millrace.events.OrderState;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.ErasureRequested;
import millrace.orders.deadletter.DeadLetter;
import millrace.orders.domain.Order;
import millrace.orders.domain.Transaction;
import millrace.orders.domain.Transaction.Identity;
import millrace.orders.ledger.ReadCounts;
import millrace.orders.ledger.ReadCounts.Disposition;
import millrace.orders.outbox.OutboxMessage;
import millrace.orders.store.HistoryEntry;
import millrace.orders.store.OrderTables.NewHistoryEntry;

/**
 * Applies records in sequence to orders that the caller has locked, without I/O. The result contains each event, but
 * only the last state of each changed order: its size is bounded by the bytes of the records and of the orders, even if
 * many records are about one order.
 */
final class TransactionBatch {
    private final Set<String> stored;
    private final Map<String, Order> orders = new LinkedHashMap<>();
    private final Set<ByteBuffer> blocked;
    private final Map<Identity, Set<String>> applied = new HashMap<>();
    private final List<OrderEvent> events = new ArrayList<>();
    private final List<NewHistoryEntry> history = new ArrayList<>();
    private final Map<String, DeadLetter> deadLetters = new LinkedHashMap<>();
    private final List<OutboxMessage> messages = new ArrayList<>();
    private final Map<String, LastState> states = new LinkedHashMap<>();
    private final Set<String> erased = new LinkedHashSet<>();
    private final ReadCounts counts = new ReadCounts();

    private TransactionBatch(List<Order> known, Map<Identity, Set<String>> applied, Set<ByteBuffer> blocked) {
        known.forEach(order -> orders.put(order.id(), order));
        this.stored = Set.copyOf(orders.keySet());
        applied.forEach((identity, digests) -> this.applied.put(identity, new HashSet<>(digests)));
        this.blocked = new HashSet<>(blocked);
    }

    /**
     * @param known every stored order that one of the records is about
     * @param applied digests of the transactions that are in the inbox, by source and id
     * @param blocked keys whose records are parked behind a dead letter
     */
    static TransactionBatch apply(
            List<Order> known,
            Map<Identity, Set<String>> applied,
            Set<ByteBuffer> blocked,
            Collection<InboundRecord> records) {
        var batch = new TransactionBatch(known, applied, blocked);
        for (var record : records) {
            batch.counts.add(record.partition(), record.offset(), record.timestamp(), batch.apply(record));
        }
        return batch;
    }

    /** Stored orders whose state has changed. */
    List<Order> changed() {
        return orders(order -> stored.contains(order.id()) && states.containsKey(order.id()));
    }

    /** Stored orders with refusals only: their version has changed, their state has not. */
    List<Order> refused() {
        var touched = events.stream().map(OrderEvent::orderId).collect(toSet());
        return orders(order ->
                stored.contains(order.id()) && touched.contains(order.id()) && !states.containsKey(order.id()));
    }

    /** New orders. */
    List<Order> created() {
        return orders(order -> !stored.contains(order.id()));
    }

    private List<Order> orders(Predicate<Order> which) {
        return orders.values().stream().filter(which).toList();
    }

    /** Messages for the outbox: of each order its events by version, and then its last state. */
    List<OutboxMessage> messages() {
        return Stream.concat(messages.stream(), states.values().stream().map(LastState::message))
                .toList();
    }

    List<OrderEvent> events() {
        return events;
    }

    List<NewHistoryEntry> history() {
        return history;
    }

    /** Records that cannot be applied, and those that are parked behind them. */
    List<DeadLetter> deadLetters() {
        return List.copyOf(deadLetters.values());
    }

    /** Orders with an erasure, known or not: their dead letters and set-aside rows are erased as well. */
    Collection<String> erased() {
        return erased;
    }

    /** Numbers of the records by what became of them. */
    ReadCounts counts() {
        return counts;
    }

    /** Applies one record. An erasure is not parked behind a dead letter: that one is erased with the order. */
    private Disposition apply(InboundRecord record) {
        if (record.transaction().filter(this::isRepeat).isPresent()) {
            return Disposition.REPEATED;
        }
        record.event()
                .filter(ErasureRequested.class::isInstance)
                .map(TransactionEvent::orderId)
                .ifPresent(this::erase);
        if (record.key() != null && blocked.contains(ByteBuffer.wrap(record.key()))) {
            return deadLetters.putIfAbsent(record.deadLetterId(), record.parked()) == null
                    ? Disposition.PARKED
                    : Disposition.REPEATED;
        }
        return switch (record.decoded()) {
            case Decoded.Valid valid -> apply(new Transaction(valid.event(), record.digest()), record);
            case Decoded.Invalid invalid -> deadLetter(record, invalid.reason());
        };
    }

    private void erase(String orderId) {
        erased.add(orderId);
        blocked.remove(ByteBuffer.wrap(orderId.getBytes(UTF_8)));
    }

    private Disposition deadLetter(InboundRecord record, String reason) {
        var isNew = deadLetters.putIfAbsent(record.deadLetterId(), record.deadLetter()) == null;
        if (isNew) {
            messages.add(DeadLetterRecord.of(record, reason));
        }
        if (record.key() != null) {
            blocked.add(ByteBuffer.wrap(record.key()));
        }
        return isNew ? Disposition.DEAD_LETTERED : Disposition.REPEATED;
    }

    private boolean isRepeat(Transaction transaction) {
        return applied.getOrDefault(transaction.identity(), Set.of()).contains(transaction.digest());
    }

    /** Applies a transaction, or refuses it if its id has been used; both are added to the history. */
    private Disposition apply(Transaction transaction, InboundRecord record) {
        var id = transaction.event().orderId();
        var order = orders.getOrDefault(id, Order.unknown(id));
        var digests = applied.computeIfAbsent(transaction.identity(), identity -> new HashSet<>());
        boolean isFirst = digests.isEmpty();
        var decision = isFirst ? order.decide(transaction) : order.refuseReusedId(transaction);
        digests.add(transaction.digest());
        orders.put(id, decision.order());
        var event = decision.event();
        var message = OutboxMessage.of(Channels.ORDERS, id, event, event, record.traceparent());
        events.add(event);
        history.add(new NewHistoryEntry(transaction, isFirst, event, message.value()));
        messages.add(message);
        decision.newState().ifPresent(state -> states.put(id, new LastState(state, event, record.traceparent())));
        return event instanceof OrderRejected || event instanceof TransitionRefused
                ? Disposition.REFUSED
                : Disposition.APPLIED;
    }

    /** Messages with the current state of orders, each caused by the event that changed it last. */
    static List<OutboxMessage> states(List<Order> orders, List<HistoryEntry> changes) {
        var events = changes.stream().map(HistoryEntry::event).collect(toMap(OrderEvent::orderId, identity()));
        return orders.stream()
                .flatMap(order -> order.state().stream())
                .map(state -> new LastState(state, events.get(state.orderId()), Optional.empty()).message())
                .toList();
    }

    private record LastState(OrderState state, OrderEvent cause, Optional<String> traceparent) {
        OutboxMessage message() {
            var message = OutboxMessage.of(Channels.ORDER_STATE, state.orderId(), state, cause, traceparent);
            return state.status() == OrderState.Status.ERASED ? message.tombstone() : message;
        }
    }
}

package millrace.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import millrace.events.Channels;
import millrace.events.OrderEvent;
import millrace.events.OrderState;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.ErasureRequested;
import millrace.orders.deadletter.DeadLetter;
import millrace.orders.outbox.OutboxMessage;

/** Records that are applied together, in their order, to orders that the caller has locked; I/O is left to the caller. */
final class Batch {
    private final Map<String, Order> known;
    private final Set<ByteBuffer> blocked;
    private final Map<String, Order> opened = new LinkedHashMap<>();
    private final List<OrderEvent> events = new ArrayList<>();
    private final List<HistoryEntry> history = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final List<OutboxMessage> messages = new ArrayList<>();
    private final Set<String> erased = new LinkedHashSet<>();

    /**
     * @param known every order that is in the table and that one of the arrivals is about
     * @param blocked keys whose records wait behind a dead letter
     */
    Batch(List<Order> known, Set<ByteBuffer> blocked, Collection<Arrival> arrivals) {
        this.known = known.stream().collect(toMap(Order::id, identity()));
        this.blocked = new HashSet<>(blocked);
        arrivals.forEach(this::apply);
    }

    /** Orders that were in the table; each has changed, for a refusal counts too. */
    List<Order> changed() {
        var asked = new HashSet<String>();
        events.forEach(event -> asked.add(event.orderId()));
        return known.values().stream()
                .filter(order -> asked.contains(order.id()))
                .toList();
    }

    /** Orders that were not. */
    List<Order> opened() {
        return List.copyOf(opened.values());
    }

    /** What has to go out, per order in the order of its versions. */
    List<OutboxMessage> messages() {
        return messages;
    }

    List<OrderEvent> events() {
        return events;
    }

    List<HistoryEntry> history() {
        return history;
    }

    /** What cannot be applied, and what is parked behind it. */
    List<DeadLetter> deadLetters() {
        return deadLetters;
    }

    /** Orders that somebody wants erased, known or not: what else is kept of them goes as well. */
    Collection<String> erased() {
        return erased;
    }

    /** An erasure does not wait behind a dead letter: what waits there is erased with the order. */
    private void apply(Arrival arrival) {
        arrival.event()
                .filter(ErasureRequested.class::isInstance)
                .map(TransactionEvent::orderId)
                .ifPresent(this::erase);
        if (arrival.key() != null && blocked.contains(ByteBuffer.wrap(arrival.key()))) {
            deadLetters.add(arrival.parked());
            return;
        }
        switch (arrival.reading()) {
            case Reading.Legible legible -> apply(legible.event(), arrival);
            case Reading.Illegible illegible -> bury(arrival, illegible.reason());
        }
    }

    private void erase(String orderId) {
        erased.add(orderId);
        blocked.remove(ByteBuffer.wrap(orderId.getBytes(UTF_8)));
    }

    private void bury(Arrival arrival, String reason) {
        deadLetters.add(arrival.deadLetter());
        messages.add(DeadLetterRecord.of(arrival, reason));
        if (arrival.key() != null) {
            blocked.add(ByteBuffer.wrap(arrival.key()));
        }
    }

    private void apply(TransactionEvent transaction, Arrival arrival) {
        var id = transaction.orderId();
        var order = known.containsKey(id) ? known.get(id) : opened.computeIfAbsent(id, Order::new);
        var change = order.apply(transaction);
        var event = change.event();
        var message = OutboxMessage.of(Channels.ORDERS, id, event, event, arrival.traceparent());
        events.add(event);
        history.add(new HistoryEntry(event, message.value()));
        messages.add(message);
        change.state().ifPresent(state -> messages.add(state(state, event, arrival.traceparent())));
    }

    /** How these orders stand, each as after its latest event. */
    static List<OutboxMessage> states(List<Order> orders, List<HistoryEntry> latest) {
        var events = latest.stream().map(HistoryEntry::event).collect(toMap(OrderEvent::orderId, identity()));
        return orders.stream()
                .flatMap(order -> order.state().stream())
                .map(state -> state(state, events.get(state.orderId()), Optional.empty()))
                .toList();
    }

    private static OutboxMessage state(OrderState state, OrderEvent cause, Optional<String> traceparent) {
        var message = OutboxMessage.of(Channels.ORDER_STATE, state.orderId(), state, cause, traceparent);
        return state.status() == OrderState.Status.ERASED ? message.tombstone() : message;
    }
}

package millrace.orders;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import millrace.events.Channels;
import millrace.events.OrderEvent;
import millrace.events.TransactionEvent;
import millrace.orders.outbox.OutboxMessage;

/** Records that are applied together, in their order, to orders that the caller has locked; I/O is left to the caller. */
final class Batch {
    private final Map<String, Order> known;
    private final Map<String, Order> opened = new LinkedHashMap<>();
    private final List<OrderEvent> events = new ArrayList<>();
    private final List<Arrival> deadLetters = new ArrayList<>();
    private final List<OutboxMessage> messages = new ArrayList<>();

    /** @param known every order that is in the table and that one of the arrivals is about */
    Batch(List<Order> known, Collection<Arrival> arrivals) {
        this.known = known.stream().collect(toMap(Order::id, identity()));
        arrivals.forEach(this::apply);
    }

    /** Orders that were in the table; each has changed, for a refusal counts too. */
    Collection<Order> known() {
        return known.values();
    }

    /** Orders that were not. */
    Collection<Order> opened() {
        return opened.values();
    }

    /** What has to go out, per order in the order of its versions. */
    List<OutboxMessage> messages() {
        return messages;
    }

    List<OrderEvent> events() {
        return events;
    }

    List<Arrival> deadLetters() {
        return deadLetters;
    }

    private void apply(Arrival arrival) {
        switch (arrival.reading()) {
            case Reading.Legible legible -> apply(legible.event(), arrival);
            case Reading.Illegible illegible -> {
                deadLetters.add(arrival);
                messages.add(DeadLetter.message(arrival, illegible.reason()));
            }
        }
    }

    private void apply(TransactionEvent transaction, Arrival arrival) {
        var id = transaction.orderId();
        var order = known.containsKey(id) ? known.get(id) : opened.computeIfAbsent(id, Order::new);
        var change = order.apply(transaction);
        var event = change.event();
        events.add(event);
        messages.add(OutboxMessage.of(Channels.ORDERS, id, event, event, arrival.traceparent()));
        change.state()
                .map(state -> OutboxMessage.of(Channels.ORDER_STATE, id, state, event, arrival.traceparent()))
                .ifPresent(messages::add);
    }
}

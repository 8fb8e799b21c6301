package millrace.orders.domain;

import java.util.Optional;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderRefunded;
import millrace.events.OrderState;
import millrace.events.OrderState.Status;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.ChangeRequested;
import millrace.events.TransactionEvent.DeliveryReported;
import millrace.events.TransactionEvent.ErasureRequested;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.PaymentReceived;
import millrace.events.TransactionEvent.RefundRequested;
import millrace.events.TransactionEvent.ShipmentReported;
import millrace.events.TransactionEvent.UnreadableOrderReported;

/**
 * One transaction about one order, on its way to a {@link Decision}.
 *
 * @param events creates the event that results
 * @param next creates the state that results
 */
record Transition(Order order, Transaction transaction, OrderEventFactory events, NextState next) {
    Transition(Order order, Transaction transaction) {
        this(
                order,
                transaction,
                new OrderEventFactory(transaction, order.version() + 1),
                new NextState(transaction.event(), order.version() + 1));
    }

    /** State of the order before; empty where the order is unknown, or only refusals are known of it. */
    Optional<OrderState> known() {
        return order.state();
    }

    /** Decides that the order changes. */
    Decision changed(OrderEvent event, OrderState state) {
        int refunds = order.refunds() + (event instanceof OrderRefunded ? 1 : 0);
        var customer = state.status() == Status.ERASED ? null : customer();
        return new Decision(event, new Order(order.id(), event.version(), refunds, customer, Optional.of(state)));
    }

    /**
     * Refuses: the state stays as it was, and the refusal is an event of its own, so that the versions on
     * {@code orders} have no gap.
     */
    Decision refused(OrderEvent event) {
        return new Decision(
                event, new Order(order.id(), event.version(), order.refunds(), order.customerId(), order.state()));
    }

    Decision refused(String reason) {
        return refused(events.refused(reason));
    }

    /** Refuses with a sentence that begins with the order's status. */
    Decision refused(OrderState known, String rest) {
        return refused(
                "Order %s is %s%s".formatted(ReasonList.quoted(known.orderId()), StatusText.of(known.status()), rest));
    }

    /**
     * Returns the customer after the transaction: the one of the placed order, or before that the first one that a
     * refund on account names.
     */
    private String customer() {
        return switch (transaction.event()) {
            case OrderPlaced placed -> placed.customerId() == null ? order.customerId() : placed.customerId();
            case RefundRequested refund -> isUnclaimed() ? refund.customerId() : order.customerId();
            case UnreadableOrderReported report -> order.customerId();
            case ChangeRequested request -> order.customerId();
            case PaymentReceived payment -> order.customerId();
            case ShipmentReported shipment -> order.customerId();
            case DeliveryReported delivery -> order.customerId();
            case CancellationRequested request -> order.customerId();
            case ErasureRequested request -> order.customerId();
        };
    }

    private boolean isUnclaimed() {
        return order.customerId() == null
                && known().map(OrderState::status).orElse(Status.ON_ACCOUNT) == Status.ON_ACCOUNT;
    }
}

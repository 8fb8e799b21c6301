package millrace.ingest.segment;

import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.ChangeRequested;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.RefundRequested;
import millrace.ingest.form.Form;
import millrace.ingest.form.Limits;

/** Which channel a message goes to. The one table of it: what is not named here goes to {@code clicks}. */
public final class Routes {
    /** Tracked events of the Segment ecommerce specification that go to {@code transactions}, and as what. */
    private static final Map<String, BiFunction<Form, Origin, TransactionEvent>> TRANSACTIONS = Map.of(
            "Order Completed", Routes::orderPlaced,
            "Order Updated", Routes::changeRequested,
            "Order Refunded", Routes::refundRequested,
            "Order Cancelled", Routes::cancellationRequested);

    private Routes() {}

    /**
     * What is known of a transaction before its properties are read.
     *
     * @param visitor whose clicks led to it; {@code null} where the visitor wants privacy
     */
    record Origin(
            String eventId, String source, String customerId, String visitor, Instant timestamp, Instant receivedAt) {}

    /** How a message becomes a transaction; empty where it is none. */
    static Optional<BiFunction<Form, Origin, TransactionEvent>> transaction(SegmentMessage message) {
        return "track".equals(message.type())
                ? Optional.ofNullable(message.event()).map(TRANSACTIONS::get)
                : Optional.empty();
    }

    /** By that specification an order is completed when it is paid. */
    private static TransactionEvent orderPlaced(Form order, Origin origin) {
        order.require("order_id", "currency", "products");
        var currency = order.currency("currency");
        return new OrderPlaced(
                origin.eventId(),
                origin.source(),
                order.text("order_id", Limits.ORDER_ID),
                origin.customerId(),
                origin.visitor(),
                order.text("country", Limits.ORDER_ID),
                currency.getCurrencyCode(),
                total(order, currency),
                true,
                lines(order, currency),
                origin.timestamp(),
                origin.receivedAt());
    }

    private static TransactionEvent changeRequested(Form order, Origin origin) {
        order.require("order_id", "currency", "products");
        var currency = order.currency("currency");
        return new ChangeRequested(
                origin.eventId(),
                origin.source(),
                order.text("order_id", Limits.ORDER_ID),
                origin.customerId(),
                currency.getCurrencyCode(),
                total(order, currency),
                lines(order, currency),
                origin.timestamp(),
                origin.receivedAt());
    }

    private static Long total(Form order, Currency currency) {
        return order.has("total") ? order.minor("total", currency) : null;
    }

    private static List<OrderLine> lines(Form order, Currency currency) {
        return order.forms("products", Limits.BATCH).stream()
                .map(product -> line(product, currency))
                .toList();
    }

    private static OrderLine line(Form product, Currency currency) {
        var id = product.has("product_id") || !product.has("sku") ? "product_id" : "sku";
        product.require(id, "quantity", "price");
        return new OrderLine(
                product.text(id, Limits.ORDER_ID),
                product.text("name", Limits.TEXT),
                product.whole("quantity"),
                product.minor("price", currency));
    }

    private static TransactionEvent refundRequested(Form refund, Origin origin) {
        refund.require("order_id", "currency", "total");
        var currency = refund.currency("currency");
        return new RefundRequested(
                origin.eventId(),
                origin.source(),
                refund.text("order_id", Limits.ORDER_ID),
                origin.customerId(),
                refund.text("country", Limits.ORDER_ID),
                currency.getCurrencyCode(),
                refund.minor("total", currency),
                origin.timestamp(),
                origin.receivedAt());
    }

    private static TransactionEvent cancellationRequested(Form cancellation, Origin origin) {
        cancellation.require("order_id");
        return new CancellationRequested(
                origin.eventId(),
                origin.source(),
                cancellation.text("order_id", Limits.ORDER_ID),
                cancellation.text("reason", Limits.TEXT),
                origin.timestamp(),
                origin.receivedAt());
    }
}

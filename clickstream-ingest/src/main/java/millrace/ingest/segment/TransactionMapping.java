package millrace.ingest.segment;

import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import millrace.events.Charges;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.ChangeRequested;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.RefundRequested;
import millrace.ingest.auth.RequestContext;
import millrace.ingest.auth.Sources;
import millrace.ingest.http.JsonFields;
import millrace.ingest.http.Limits;

/**
 * Maps tracked events of the ecommerce specification to transactions. Every other message goes to {@code clicks}.
 *
 * <p>The table lists the properties of an order. The customer has paid already, so every property is optional except those
 * that identify the order and its amount; the sums are not checked. A value of another type is a fault, and so is an amount
 * with more decimals than its currency, unless the table says "rounded".
 *
 * <table>
 * <caption>Properties of the ecommerce specification</caption>
 * <tr><th>property</th><th>read as</th><th>where it is missing</th></tr>
 * <tr><td>order_id</td><td>id: text or number</td><td>a fault</td></tr>
 * <tr><td>currency</td><td>code of ISO 4217 in either case</td><td>the source's, which is USD unless its rules name another</td></tr>
 * <tr><td>total</td><td>amount</td><td>subtotal + shipping + tax; else revenue + shipping + tax − discount; else the sum of the
 * lines and charges. By the specification subtotal is after discounts, revenue without shipping and tax</td></tr>
 * <tr><td>shipping, tax, discount</td><td>amount, rounded: they explain the total</td><td>none</td></tr>
 * <tr><td>coupon, country, reason</td><td>label: cut to its longest; a value that is neither text nor number is left out</td><td>none</td></tr>
 * <tr><td>products</td><td>array of objects; one without fields is left out</td><td>no lines</td></tr>
 * <tr><td>products.product_id</td><td>label</td><td>sku, else name, else {@value #NO_PRODUCT}</td></tr>
 * <tr><td>products.name</td><td>label</td><td>none</td></tr>
 * <tr><td>products.quantity</td><td>whole number, also as text</td><td>1</td></tr>
 * <tr><td>products.price</td><td>amount, rounded: a unit may have more decimals than can be paid</td><td>0</td></tr>
 * <tr><td>total of a refund</td><td>amount</td><td>the sum of products; without products all that is left of the order</td></tr>
 * </table>
 */
final class TransactionMapping {
    private static final String NO_PRODUCT = "unknown";

    /** Rules by the name of the tracked event, for the events that go to {@code transactions}. */
    private static final Map<String, Rule> TRANSACTIONS = Map.of(
            "Order Completed", new Rule(Sources.ORDER, TransactionMapping::orderPlaced),
            "Order Updated", new Rule(Sources.CHANGE, TransactionMapping::changeRequested),
            "Order Refunded", new Rule(Sources.REFUND, TransactionMapping::refundRequested),
            "Order Cancelled", new Rule(Sources.CANCELLATION, TransactionMapping::cancellationRequested));

    private TransactionMapping() {}

    /**
     * Maps a message to a transaction.
     *
     * @param kind that the source must be allowed to send
     */
    record Rule(String kind, BiFunction<JsonFields, TransactionContext, TransactionEvent> reader) {
        TransactionEvent read(JsonFields properties, TransactionContext context) {
            return reader.apply(properties, context);
        }
    }

    /**
     * Facts about a transaction that are known before its properties are read.
     *
     * @param visitor id of the visitor whose clicks led to it; {@code null} where the visitor asks for privacy
     */
    record TransactionContext(
            String eventId, RequestContext request, String customerId, String visitor, Instant timestamp) {
        String source() {
            return request.source();
        }

        Instant receivedAt() {
            return request.receivedAt();
        }

        String orderId(JsonFields order) {
            order.require("order_id");
            return request.orderId(order.id("order_id", Limits.ORDER_ID));
        }

        Currency currency(JsonFields order) {
            return order.currency("currency", request.writer().currency());
        }
    }

    /** Returns the rule for a message; {@code null} where it is not a transaction. */
    static Rule of(SegmentMessage message) {
        return "track".equals(message.type()) && message.event() != null ? TRANSACTIONS.get(message.event()) : null;
    }

    /** Maps a completed order, which by the specification is a paid one. */
    private static TransactionEvent orderPlaced(JsonFields order, TransactionContext context) {
        var currency = context.currency(order);
        return new OrderPlaced(
                context.eventId(),
                context.source(),
                context.orderId(order),
                context.customerId(),
                context.visitor(),
                order.label("country", Limits.ORDER_ID),
                currency.getCurrencyCode(),
                total(order, currency),
                true,
                lines(order, currency),
                charges(order, currency),
                context.timestamp(),
                context.receivedAt());
    }

    private static TransactionEvent changeRequested(JsonFields order, TransactionContext context) {
        var currency = context.currency(order);
        return new ChangeRequested(
                context.eventId(),
                context.source(),
                context.orderId(order),
                context.customerId(),
                currency.getCurrencyCode(),
                total(order, currency),
                lines(order, currency),
                context.timestamp(),
                context.receivedAt());
    }

    private static Long total(JsonFields order, Currency currency) {
        if (order.has("total")) {
            return order.minor("total", currency);
        }
        var besides = orZero(order.rounded("shipping", currency)) + orZero(order.rounded("tax", currency));
        if (order.has("subtotal")) {
            return order.minor("subtotal", currency) + besides;
        }
        return order.has("revenue")
                ? (Long) (order.minor("revenue", currency) + besides - orZero(order.rounded("discount", currency)))
                : null;
    }

    private static Charges charges(JsonFields order, Currency currency) {
        var charges = new Charges(
                order.rounded("shipping", currency),
                order.rounded("tax", currency),
                order.rounded("discount", currency),
                null,
                order.label("coupon", Limits.ORDER_ID));
        return charges.equals(new Charges(null, null, null, null, null)) ? null : charges;
    }

    private static List<OrderLine> lines(JsonFields order, Currency currency) {
        return order.objects("products", Limits.BATCH).stream()
                .filter(JsonFields::hasFields)
                .map(product -> line(product, currency))
                .toList();
    }

    private static OrderLine line(JsonFields product, Currency currency) {
        var name = product.label("name", Limits.TEXT);
        return new OrderLine(
                productId(product), name, product.whole("quantity", 1), orZero(product.rounded("price", currency)));
    }

    private static String productId(JsonFields product) {
        for (var name : List.of("product_id", "sku", "name")) {
            var id = product.label(name, Limits.ORDER_ID);
            if (id != null) {
                return id;
            }
        }
        return NO_PRODUCT;
    }

    private static TransactionEvent refundRequested(JsonFields refund, TransactionContext context) {
        var currency = context.currency(refund);
        var isWhole = !refund.has("total") && !refund.has("products");
        return new RefundRequested(
                context.eventId(),
                context.source(),
                context.orderId(refund),
                context.customerId(),
                refund.label("country", Limits.ORDER_ID),
                isWhole ? null : currency.getCurrencyCode(),
                isWhole ? 0 : refunded(refund, currency),
                context.timestamp(),
                context.receivedAt());
    }

    private static long refunded(JsonFields refund, Currency currency) {
        if (refund.has("total")) {
            return refund.minor("total", currency);
        }
        try {
            return refund.objects("products", Limits.BATCH).stream()
                    .filter(JsonFields::hasFields)
                    .mapToLong(product -> {
                        product.require("price");
                        return Math.multiplyExact(
                                orZero(product.rounded("price", currency)), product.whole("quantity", 1));
                    })
                    .reduce(0, Math::addExact);
        } catch (ArithmeticException tooMuch) {
            refund.fault("products", "add up to more than any amount");
            return 0;
        }
    }

    private static TransactionEvent cancellationRequested(JsonFields cancellation, TransactionContext context) {
        return new CancellationRequested(
                context.eventId(),
                context.source(),
                context.orderId(cancellation),
                cancellation.label("reason", Limits.TEXT),
                context.timestamp(),
                context.receivedAt());
    }

    private static long orZero(Long amount) {
        return amount == null ? 0 : amount;
    }
}

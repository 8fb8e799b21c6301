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
import millrace.ingest.form.JsonFields;
import millrace.ingest.form.Limits;
import millrace.ingest.log.RequestContext;
import millrace.ingest.source.Sources;

/**
 * Which channel a message goes to. The one table of it: what is not named here goes to {@code clicks}.
 *
 * <p>The one table, too, of the properties of an order. The customer has paid already, so everything is optional but what
 * says which order and how much; the sums are not checked here. What is not of its type is a fault, and so is an amount with
 * more decimals than its currency, but where "rounded" stands.
 *
 * <table>
 * <caption>Properties of the ecommerce specification</caption>
 * <tr><th>property</th><th>read as</th><th>where it is missing</th></tr>
 * <tr><td>order_id</td><td>id: text or number</td><td>a fault</td></tr>
 * <tr><td>currency</td><td>code of ISO 4217 in either case</td><td>the source's, which is USD unless its rules say another</td></tr>
 * <tr><td>total</td><td>amount</td><td>subtotal + shipping + tax; else revenue + shipping + tax − discount; else the sum of the
 * lines and charges. By the specification subtotal is after discounts, revenue without shipping and tax</td></tr>
 * <tr><td>shipping, tax, discount</td><td>amount, rounded: they explain the total</td><td>none</td></tr>
 * <tr><td>coupon, country, reason</td><td>label: cut to its longest; anything but text or number is left out</td><td>none</td></tr>
 * <tr><td>products</td><td>array of objects; one without fields is left out</td><td>no lines</td></tr>
 * <tr><td>products.product_id</td><td>label</td><td>sku, else name, else {@value #NO_PRODUCT}</td></tr>
 * <tr><td>products.name</td><td>label</td><td>none</td></tr>
 * <tr><td>products.quantity</td><td>whole number, also as text</td><td>1</td></tr>
 * <tr><td>products.price</td><td>amount, rounded: a unit may have more decimals than can be paid</td><td>0</td></tr>
 * <tr><td>total of a refund</td><td>amount</td><td>the sum of products; without products all that is left of the order</td></tr>
 * </table>
 */
public final class TransactionMapping {
    private static final String NO_PRODUCT = "unknown";

    /** Tracked events of the Segment ecommerce specification that go to {@code transactions}, and as what. */
    private static final Map<String, Route> TRANSACTIONS = Map.of(
            "Order Completed", new Route(Sources.ORDER, TransactionMapping::orderPlaced),
            "Order Updated", new Route(Sources.CHANGE, TransactionMapping::changeRequested),
            "Order Refunded", new Route(Sources.REFUND, TransactionMapping::refundRequested),
            "Order Cancelled", new Route(Sources.CANCELLATION, TransactionMapping::cancellationRequested));

    private TransactionMapping() {}

    /**
     * What a message becomes.
     *
     * @param kind what its source must be allowed to send
     */
    record Route(String kind, BiFunction<JsonFields, Origin, TransactionEvent> reader) {
        TransactionEvent read(JsonFields properties, Origin origin) {
            return reader.apply(properties, origin);
        }
    }

    /**
     * What is known of a transaction before its properties are read.
     *
     * @param visitor whose clicks led to it; {@code null} where the visitor wants privacy
     */
    record Origin(String eventId, RequestContext arrival, String customerId, String visitor, Instant timestamp) {
        String source() {
            return arrival.source();
        }

        Instant receivedAt() {
            return arrival.receivedAt();
        }

        String orderId(JsonFields order) {
            order.require("order_id");
            return arrival.orderId(order.id("order_id", Limits.ORDER_ID));
        }

        Currency currency(JsonFields order) {
            return order.currency("currency", arrival.writer().currency());
        }
    }

    /** How a message becomes a transaction; {@code null} where it is none. */
    static Route of(SegmentMessage message) {
        return "track".equals(message.type()) && message.event() != null ? TRANSACTIONS.get(message.event()) : null;
    }

    /** By that specification an order is completed when it is paid. */
    private static TransactionEvent orderPlaced(JsonFields order, Origin origin) {
        var currency = origin.currency(order);
        return new OrderPlaced(
                origin.eventId(),
                origin.source(),
                origin.orderId(order),
                origin.customerId(),
                origin.visitor(),
                order.label("country", Limits.ORDER_ID),
                currency.getCurrencyCode(),
                total(order, currency),
                true,
                lines(order, currency),
                charges(order, currency),
                origin.timestamp(),
                origin.receivedAt());
    }

    private static TransactionEvent changeRequested(JsonFields order, Origin origin) {
        var currency = origin.currency(order);
        return new ChangeRequested(
                origin.eventId(),
                origin.source(),
                origin.orderId(order),
                origin.customerId(),
                currency.getCurrencyCode(),
                total(order, currency),
                lines(order, currency),
                origin.timestamp(),
                origin.receivedAt());
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
        return order.forms("products", Limits.BATCH).stream()
                .filter(JsonFields::isFilledIn)
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

    private static TransactionEvent refundRequested(JsonFields refund, Origin origin) {
        var currency = origin.currency(refund);
        var isWhole = !refund.has("total") && !refund.has("products");
        return new RefundRequested(
                origin.eventId(),
                origin.source(),
                origin.orderId(refund),
                origin.customerId(),
                refund.label("country", Limits.ORDER_ID),
                isWhole ? null : currency.getCurrencyCode(),
                isWhole ? 0 : refunded(refund, currency),
                origin.timestamp(),
                origin.receivedAt());
    }

    private static long refunded(JsonFields refund, Currency currency) {
        if (refund.has("total")) {
            return refund.minor("total", currency);
        }
        try {
            return refund.forms("products", Limits.BATCH).stream()
                    .filter(JsonFields::isFilledIn)
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

    private static TransactionEvent cancellationRequested(JsonFields cancellation, Origin origin) {
        return new CancellationRequested(
                origin.eventId(),
                origin.source(),
                origin.orderId(cancellation),
                cancellation.label("reason", Limits.TEXT),
                origin.timestamp(),
                origin.receivedAt());
    }

    private static long orZero(Long amount) {
        return amount == null ? 0 : amount;
    }
}

package millrace.ingest.order;

import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.ingest.form.EventTime;
import millrace.ingest.form.JsonFields;
import millrace.ingest.form.Limits;
import millrace.ingest.form.InputText;
import millrace.ingest.form.Utf8Check;
import millrace.ingest.http.EdgeResponse;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.http.ProblemException;
import millrace.ingest.log.RequestContext;
import millrace.ingest.log.Authenticator;
import millrace.ingest.log.EventDigest;
import millrace.ingest.log.EventIds;
import millrace.ingest.log.EventPublisher;
import millrace.ingest.log.RequestDeduplicator;
import millrace.ingest.source.Sources;

/**
 * Orders of a shop's own systems. Their form is checked here, and that their sums add up; whether an order is good is for the
 * orders service to say, so one without lines or with a negative quantity is taken.
 */
@Singleton
public class OrderEndpoint {
    private static final String IDEMPOTENCY_KEY = "idempotency-key";

    private final Authenticator callers;
    private final EventPublisher log;

    OrderEndpoint(Authenticator callers, EventPublisher log) {
        this.callers = callers;
        this.log = log;
    }

    /** What the caller is told of an order that is on its way. */
    record Placed(String eventId, String orderId) {}

    public Future<EdgeResponse> place(EdgeRequest call) {
        var bytes = Utf8Check.withoutMark(call.body());
        var body = OrderBody.read(bytes);
        var arrival = callers.receive(call, body.writeKey(), 1);
        var writer = arrival.writer();
        if (!writer.allows(Sources.ORDER)) {
            var refusal =
                    ProblemException.forbidden("The source " + writer.name() + " may not place orders: its kinds lack order.");
            return log.refuse(arrival, refusal, bytes);
        }
        if (body.refusal() != null) {
            return log.refuse(arrival, body.refusal(), bytes);
        }
        var faults = new ArrayList<String>();
        var key = idempotencyKey(call, faults);
        var form = body.form(faults);
        var order = order(form, key, arrival, faults);
        if (faults.isEmpty()) {
            OrderSums.check(order, form, faults);
        }
        if (!faults.isEmpty()) {
            return log.refuse(arrival, ProblemException.faulty(faults), bytes);
        }
        var digest = EventDigest.of(order, form.text("timestamp", Limits.TEXT));
        return append(arrival, key == null ? order(form, EventIds.of(digest), arrival, faults) : order, digest, bytes);
    }

    private Future<EdgeResponse> append(RequestContext arrival, OrderPlaced order, EventDigest digest, byte[] body) {
        var entry = arrival.transaction(order, digest);
        if (entry.value().length > TransactionEvent.LARGEST) {
            var tooLarge = "The order has %d bytes as a transaction, of which the largest has %d."
                    .formatted(entry.value().length, TransactionEvent.LARGEST);
            return log.refuse(arrival, ProblemException.tooLarge(tooLarge), body);
        }
        if (log.repeats(1).next(entry) == RequestDeduplicator.Novelty.CONFLICT) {
            return log.refuse(arrival, ProblemException.otherEvent("order", "Idempotency-Key"), body);
        }
        return log.append(arrival, List.of(entry)).map(durable -> accepted(order));
    }

    /** The order is found under its id at the orders service, which is another host: so there is no Location. */
    private static EdgeResponse accepted(OrderPlaced order) {
        return EdgeResponse.json(202, new Placed(order.eventId(), order.orderId()));
    }

    /** {@code null} where there is none. */
    private static String idempotencyKey(EdgeRequest call, List<String> faults) {
        var key = call.header(IDEMPOTENCY_KEY);
        InputText.check("The header Idempotency-Key", key, Limits.EVENT_ID, faults);
        EventIds.check("The header Idempotency-Key", key, faults);
        return key == null || key.isEmpty() ? null : key;
    }

    private static OrderPlaced order(JsonFields order, String eventId, RequestContext arrival, List<String> faults) {
        order.require("orderId", "currency", "lines");
        var currency = order.currency("currency");
        var time = EventTime.of(order.text("timestamp", Limits.TEXT), null, arrival.receivedAt(), faults);
        return new OrderPlaced(
                eventId,
                arrival.source(),
                arrival.orderId(order.id("orderId", Limits.ORDER_ID)),
                order.id("customerId", Limits.VISITOR_ID),
                order.id("anonymousId", Limits.VISITOR_ID),
                order.text("country", Limits.ORDER_ID),
                currency.getCurrencyCode(),
                amount(order, "total", currency),
                order.flag("paid"),
                order.forms("lines", Limits.BATCH).stream()
                        .map(line -> line(line, currency))
                        .toList(),
                OrderSums.charges(order, currency),
                time.timestamp(),
                arrival.receivedAt());
    }

    /** {@code null} where it is missing. */
    static Long amount(JsonFields form, String name, Currency currency) {
        return form.has(name) ? (Long) form.minor(name, currency) : null;
    }

    private static OrderLine line(JsonFields line, Currency currency) {
        line.require("productId", "quantity", "unitPrice");
        return new OrderLine(
                line.id("productId", Limits.ORDER_ID),
                line.text("name", Limits.TEXT),
                line.whole("quantity"),
                line.minor("unitPrice", currency));
    }
}

package millrace.ingest.orders;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.ingest.auth.Authenticator;
import millrace.ingest.auth.RequestContext;
import millrace.ingest.auth.Sources;
import millrace.ingest.http.EdgeRequest;
import millrace.ingest.http.EdgeResponse;
import millrace.ingest.http.InputText;
import millrace.ingest.http.JsonFields;
import millrace.ingest.http.Limits;
import millrace.ingest.http.ProblemException;
import millrace.ingest.http.Slice;
import millrace.ingest.http.Utf8;
import millrace.ingest.publish.EventDigest;
import millrace.ingest.publish.EventIds;
import millrace.ingest.publish.EventPublisher;
import millrace.ingest.publish.EventTime;
import millrace.ingest.publish.PendingRecord;
import millrace.ingest.publish.RequestDeduplicator;

/**
 * Accepts orders of a shop's own systems. It checks their fields, and that their amounts add up. The orders service
 * decides by the business rules, so an order without lines or with a negative quantity is accepted here.
 */
@Singleton
public class OrderEndpoint {
    private static final String IDEMPOTENCY_KEY = "idempotency-key";

    private final Authenticator authenticator;
    private final EventPublisher publisher;

    OrderEndpoint(Authenticator authenticator, EventPublisher publisher) {
        this.authenticator = authenticator;
        this.publisher = publisher;
    }

    /**
     * Body of a request.
     *
     * @param problem reason why the whole body is refused; {@code null} where it is not
     */
    private record Body(JsonNode json, ProblemException problem) {
        /** Parses a body, even one that is too long, because the write key may be in it. */
        static Body read(byte[] bytes) {
            if (!Utf8.is(bytes)) {
                return refused(ProblemException.malformed("The body is not UTF-8."));
            }
            try {
                var json = JsonFields.json(new Slice(bytes, 0, bytes.length));
                return new Body(
                        json,
                        json.isObject()
                                ? ProblemException.tooLarge(bytes)
                                : ProblemException.malformed(ProblemException.NO_OBJECT));
            } catch (JsonProcessingException e) {
                return refused(ProblemException.notJson(e));
            }
        }

        private static Body refused(ProblemException problem) {
            return new Body(MissingNode.getInstance(), problem);
        }

        /** Returns the write key of the body; {@code null} where there is none. */
        String writeKey() {
            return json.path("writeKey").textValue();
        }
    }

    /** Response to an accepted order. */
    record Accepted(String eventId, String orderId) {}

    public Future<EdgeResponse> place(EdgeRequest request) {
        var bytes = Utf8.withoutMark(request.body());
        var body = Body.read(bytes);
        var context = authenticator.authenticate(request, body.writeKey(), 1);
        var writer = context.writer();
        if (!writer.allows(Sources.ORDER)) {
            var problem = ProblemException.forbidden(
                    "The source " + writer.name() + " may not place orders: its kinds lack order.");
            return publisher.reject(context, problem, bytes);
        }
        if (body.problem() != null) {
            return publisher.reject(context, body.problem(), bytes);
        }
        var faults = new ArrayList<String>();
        var key = idempotencyKey(request, faults);
        var fields = new JsonFields(body.json(), "", faults);
        var order = order(fields, key, context, faults);
        if (faults.isEmpty()) {
            OrderSums.check(order, fields, faults);
        }
        if (!faults.isEmpty()) {
            return publisher.reject(context, ProblemException.invalid(faults), bytes);
        }
        var digest = EventDigest.of(order, fields.text("timestamp", Limits.TEXT));
        return publish(
                context, key == null ? order(fields, EventIds.of(digest), context, faults) : order, digest, bytes);
    }

    private Future<EdgeResponse> publish(RequestContext context, OrderPlaced order, EventDigest digest, byte[] body) {
        var record = PendingRecord.of(context, order, digest);
        if (record.value().length > TransactionEvent.LARGEST) {
            var tooLarge = "The order has %d bytes as a transaction, of which the largest has %d."
                    .formatted(record.value().length, TransactionEvent.LARGEST);
            return publisher.reject(context, ProblemException.tooLarge(tooLarge), body);
        }
        if (publisher.deduplicator(1).classify(record) == RequestDeduplicator.Novelty.CONFLICT) {
            return publisher.reject(context, ProblemException.idConflict("order", "Idempotency-Key"), body);
        }
        return publisher.publish(context, List.of(record)).map(durable -> accepted(order));
    }

    /**
     * Returns a response without the header Location: the order is found under its id at the orders service, which is
     * another host.
     */
    private static EdgeResponse accepted(OrderPlaced order) {
        return EdgeResponse.json(202, new Accepted(order.eventId(), order.orderId()));
    }

    /** Returns the Idempotency-Key; {@code null} where there is none. */
    private static String idempotencyKey(EdgeRequest request, List<String> faults) {
        var key = request.header(IDEMPOTENCY_KEY);
        InputText.check("The header Idempotency-Key", key, Limits.EVENT_ID, faults);
        EventIds.check("The header Idempotency-Key", key, faults);
        return key == null || key.isEmpty() ? null : key;
    }

    private static OrderPlaced order(JsonFields order, String eventId, RequestContext context, List<String> faults) {
        order.require("orderId", "currency", "lines");
        var currency = order.currency("currency");
        var time = EventTime.of(order.text("timestamp", Limits.TEXT), null, context.receivedAt(), faults);
        return new OrderPlaced(
                eventId,
                context.source(),
                context.orderId(order.id("orderId", Limits.ORDER_ID)),
                order.id("customerId", Limits.VISITOR_ID),
                order.id("anonymousId", Limits.VISITOR_ID),
                order.text("country", Limits.ORDER_ID),
                currency.getCurrencyCode(),
                amount(order, "total", currency),
                order.flag("paid"),
                order.objects("lines", Limits.BATCH).stream()
                        .map(line -> line(line, currency))
                        .toList(),
                OrderSums.charges(order, currency),
                time.timestamp(),
                context.receivedAt());
    }

    /** Returns an amount in minor units; {@code null} where it is missing. */
    static Long amount(JsonFields fields, String name, Currency currency) {
        return fields.has(name) ? (Long) fields.minor(name, currency) : null;
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

package millrace.ingest;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.OrderPlaced;

/**
 * Orders of a shop's own systems. Only their form is checked here; whether an order is good is for the orders service to
 * say, so one without lines or with a negative quantity is taken.
 */
@Path("/orders")
@Produces(MediaType.APPLICATION_JSON)
class OrdersResource {
    private final Callers callers;
    private final Log log;

    OrdersResource(Callers callers, Log log) {
        this.callers = callers;
        this.log = log;
    }

    /** What the caller is told of an order that is on its way. */
    record Placed(String eventId, String orderId) {}

    @POST
    public Uni<Response> place(byte[] bytes, @Context HttpServerRequest request) {
        var body = OrderBody.read(bytes);
        var arrival = callers.receive(request, body.writeKey());
        if (body.refusal() != null) {
            return log.refuse(arrival, body.refusal(), bytes);
        }
        var faults = new ArrayList<String>();
        var order = order(body.form(faults), eventId(request, faults), arrival, faults);
        if (!faults.isEmpty()) {
            return log.refuse(arrival, Refusal.faulty(faults), bytes);
        }
        return log.append(arrival, List.of(arrival.transaction(order))).map(appended -> accepted(order));
    }

    private static Response accepted(OrderPlaced order) {
        var location = UriBuilder.fromPath("/orders/{id}").build(order.orderId());
        return Response.accepted(new Placed(order.eventId(), order.orderId()))
                .header(HttpHeaders.LOCATION, location.toString())
                .build();
    }

    private static String eventId(HttpServerRequest request, List<String> faults) {
        var key = request.getHeader("idempotency-key");
        Texts.check("The header Idempotency-Key", key, Limits.EVENT_ID, faults);
        return key == null || key.isEmpty() ? EventIds.next() : key;
    }

    private static OrderPlaced order(Form order, String eventId, Arrival arrival, List<String> faults) {
        order.require("orderId", "currency", "lines");
        var currency = order.currency("currency");
        var time = EventTime.of(order.text("timestamp", Limits.TEXT), null, arrival.receivedAt(), faults);
        return new OrderPlaced(
                eventId,
                arrival.source(),
                order.text("orderId", Limits.ORDER_ID),
                order.text("customerId", Limits.VISITOR_ID),
                order.text("country", Limits.ORDER_ID),
                currency.getCurrencyCode(),
                order.has("total") ? order.minor("total", currency) : null,
                order.forms("lines", Limits.BATCH).stream()
                        .map(line -> line(line, currency))
                        .toList(),
                time.timestamp(),
                arrival.receivedAt());
    }

    private static OrderLine line(Form line, Currency currency) {
        line.require("productId", "quantity", "unitPrice");
        return new OrderLine(
                line.text("productId", Limits.ORDER_ID),
                line.text("name", Limits.TEXT),
                line.whole("quantity"),
                line.minor("unitPrice", currency));
    }
}

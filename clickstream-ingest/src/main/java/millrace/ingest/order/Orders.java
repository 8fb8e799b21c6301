package millrace.ingest.order;

import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.ingest.form.EventTime;
import millrace.ingest.form.Form;
import millrace.ingest.form.Limits;
import millrace.ingest.form.Texts;
import millrace.ingest.http.Answer;
import millrace.ingest.http.Call;
import millrace.ingest.http.Refusal;
import millrace.ingest.log.Arrival;
import millrace.ingest.log.Callers;
import millrace.ingest.log.EventIds;
import millrace.ingest.log.Log;
import millrace.ingest.source.Sources;

/**
 * Orders of a shop's own systems. Only their form is checked here; whether an order is good is for the orders service to
 * say, so one without lines or with a negative quantity is taken.
 */
@Singleton
public class Orders {
    private static final String IDEMPOTENCY_KEY = "idempotency-key";

    private final Callers callers;
    private final Log log;

    Orders(Callers callers, Log log) {
        this.callers = callers;
        this.log = log;
    }

    /** What the caller is told of an order that is on its way. */
    record Placed(String eventId, String orderId) {}

    public Future<Answer> place(Call call) {
        var body = OrderBody.read(call.body());
        var arrival = callers.receive(call, body.writeKey(), 1);
        if (body.refusal() != null) {
            return log.refuse(arrival, body.refusal(), call.body());
        }
        if (!arrival.writer().allows(Sources.TRANSACTION)) {
            throw Refusal.forbidden("The source " + arrival.writer().name() + " may not place orders.");
        }
        var faults = new ArrayList<String>();
        var order = order(body.form(faults), eventId(call, faults), arrival, faults);
        if (!faults.isEmpty()) {
            return log.refuse(arrival, Refusal.faulty(faults), call.body());
        }
        return log.append(arrival, List.of(arrival.transaction(order)))
                .map(durable -> Answer.json(202, new Placed(order.eventId(), order.orderId())))
                .recover(failure -> Future.failedFuture(withId(failure, order, call)));
    }

    /** Who gave no key is told the one to repeat with: otherwise an order that was written all the same would be placed twice. */
    private static Throwable withId(Throwable failure, OrderPlaced order, Call call) {
        var key = call.header(IDEMPOTENCY_KEY);
        return failure instanceof Refusal refusal && refusal.isTemporary() && (key == null || key.isEmpty())
                ? refusal.withId("Idempotency-Key", order.eventId())
                : failure;
    }

    private static String eventId(Call call, List<String> faults) {
        var key = call.header(IDEMPOTENCY_KEY);
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
                order.text("anonymousId", Limits.VISITOR_ID),
                order.text("country", Limits.ORDER_ID),
                currency.getCurrencyCode(),
                order.has("total") ? order.minor("total", currency) : null,
                order.flag("paid"),
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

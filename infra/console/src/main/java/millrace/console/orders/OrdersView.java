package millrace.console.orders;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.call.Request;
import millrace.console.feed.Feeds;
import millrace.console.view.Deployment;
import millrace.console.view.ServiceClient;
import millrace.console.view.View;
import millrace.events.Json;

/** Lists orders and follows one: its events, its state as of a moment, and what the back office asks of it. */
public final class OrdersView implements View {
    private static final int PAGE = 25;
    private static final Duration SAMPLED_EVERY = Duration.ofMillis(250);
    private static final Set<String> ACTIONS = Set.of("pay", "ship", "deliver", "refund", "cancel");
    private static final Set<String> WITH_AMOUNT = Set.of("pay", "refund");
    private static final String ORDER = "/api/orders/order/{source}/{number}";

    private final Deployment deployment;
    private final LatestChanges latest;
    // fork: audit
    private final OrderArchive archive = new OrderArchive(new PersonalDataMask());
    private final AuditAccessLog accessLog;
    // fork: end

    public OrdersView(Deployment deployment) {
        this.deployment = deployment;
        this.latest = new LatestChanges(deployment);
        // fork: audit
        this.accessLog = new AuditAccessLog(deployment);
        // fork: end
    }

    @Override
    public String name() {
        return "orders";
    }

    @Override
    public boolean isAvailable(Deployment deployment) {
        return deployment.has("orders");
    }

    @Override
    public void addTo(ConsoleRoutes routes, Feeds feeds) {
        feeds.add("orders-latest", SAMPLED_EVERY, access -> latest.sample());
        routes.get("/api/orders", this::list)
                .get("/api/orders/number/{number}", this::find)
                .get(ORDER, routes.alone(this::order))
                // fork: audit
                .get(ORDER + "/archive", routes.alone(this::archive))
                .get(
                        ORDER + "/reads",
                        routes.alone(request -> Map.of("reads", accessLog.about(OrderAddress.of(request)))))
                .post(ORDER + "/person", routes.alone(this::person))
                // fork: end
                .post(ORDER + "/do/{action}", this::act);
    }

    private ServiceClient orders() {
        return deployment.service("orders");
    }

    /** A page of all orders by id, and the id after which the next one begins. */
    private Object list(Request request) throws InterruptedException {
        var path = new StringBuilder("/orders?limit=" + (PAGE + 1));
        for (var filter : Set.of("status", "country", "discrepancies", "after")) {
            request.query(filter)
                    .ifPresent(
                            value -> path.append('&').append(filter).append('=').append(ServiceClient.part(value)));
        }
        var rows = orders().get(request.access(), path.toString());
        var page = StreamSupport.stream(rows.spliterator(), false).limit(PAGE).toList();
        var answer = new LinkedHashMap<String, Object>();
        answer.put("orders", page);
        answer.put("after", rows.size() > PAGE ? page.getLast().path("orderId").asText() : null);
        return answer;
    }

    private Object find(Request request) throws InterruptedException {
        var order = orders().get(request.access(), "/orders/" + ServiceClient.part(request.parameter("number")));
        return Map.of("orderId", order.path("orderId").asText());
    }

    /** One order with its events; nothing but its version where the page has that version already. */
    private Object order(Request request) throws InterruptedException {
        var order = orders().get(
                        request.access(), "/orders/" + OrderAddress.of(request).path());
        var events = StreamSupport.stream(order.path("history").spliterator(), false)
                .map(OrderTimeline::entry)
                .toList();
        var answer = new LinkedHashMap<String, Object>();
        var last = events.isEmpty() ? 0 : events.getLast().version();
        answer.put("last", last);
        if (request.number("known", -1, 0, Integer.MAX_VALUE) != last) {
            answer.put("order", withoutHistory(order));
            answer.put("events", events);
            // fork: audit
            answer.put("audited", deployment.has("audit"));
            // fork: end
            answer.put("backOffice", request.access().backOfficeKey().isPresent());
        }
        return answer;
    }

    private static JsonNode withoutHistory(JsonNode order) {
        var fields = Json.MAPPER.createObjectNode();
        order.properties().stream()
                .filter(field -> !field.getKey().equals("history"))
                .forEach(field -> fields.set(field.getKey(), field.getValue()));
        return fields;
    }

    // fork: audit
    private Object archive(Request request) throws InterruptedException {
        return archive.read(deployment.service("audit"), request.access(), OrderAddress.of(request));
    }

    /** Uncovers the personal data of one order. Audit records the question before it answers. */
    private Object person(Request request) throws InterruptedException {
        var order = OrderAddress.of(request);
        var answer = new LinkedHashMap<String, Object>();
        answer.put("values", archive.uncover(deployment.service("audit"), request.access(), order));
        answer.put("event", lastOpened(order));
        return answer;
    }

    /** The event that audit has published; null where this console may not read {@code audit-events}. */
    private AuditAccessLog.LoggedRead lastOpened(OrderAddress order) {
        try {
            return AuditAccessLog.lastOpened(accessLog.about(order)).orElse(null);
        } catch (ConsoleException unreadable) {
            return null;
        }
    }
    // fork: end

    /**
     * Asks for a change as the back office. Orders answers at once that it has the request, and the page sees from the
     * order's events what became of it.
     */
    private Object act(Request request) throws InterruptedException {
        var action = request.parameter("action");
        if (!ACTIONS.contains(action)) {
            throw ConsoleException.notFound("The back office has no action " + action + ".");
        }
        var key = request.required("key");
        if (!key.matches("[A-Za-z0-9-]{1,100}")) {
            throw ConsoleException.badRequest("The key has 1 to 100 letters, digits and dashes.");
        }
        var body = new LinkedHashMap<String, Object>();
        if (WITH_AMOUNT.contains(action)) {
            body.put("amount", request.required("amount"));
        }
        if (action.equals("cancel")) {
            request.text("reason").ifPresent(reason -> body.put("reason", reason));
        }
        var answer = orders().sendAsBackOffice(
                        request.access(),
                        "POST",
                        "/orders/" + OrderAddress.of(request).path() + "/" + action + "?wait=0s",
                        body.isEmpty() && !action.equals("cancel") ? "" : Json.text(body),
                        Map.of("Idempotency-Key", key));
        return Map.of("eventId", answer.path("eventId").asText());
    }
}

package millrace.orders.api;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriBuilder;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import millrace.access.Roles;
import millrace.events.OrderEvent.TransitionRefused;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.DeliveryReported;
import millrace.events.TransactionEvent.PaymentReceived;
import millrace.events.TransactionEvent.RefundRequested;
import millrace.events.TransactionEvent.ShipmentReported;
import millrace.orders.api.BackOffice.RequestToEvent;
import millrace.orders.domain.Money;
import millrace.orders.outage.DatabaseFailureMapper;
import millrace.orders.store.HistoryEntry;
import millrace.orders.store.OrderHistory;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/**
 * HTTP requests that change orders. The answer is the order after the change, 409 with the reason of a refusal, or 202
 * where the decision is not known in time. A repeated request with the same key gets the same answer.
 */
@Path("/orders")
@RolesAllowed(Roles.BACK_OFFICE)
class BackOfficeResource {
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(5);
    private static final int MOST_DIGITS = 30;

    private final OrderIds ids;
    private final BackOffice backOffice;
    private final OrderHistory history;

    BackOfficeResource(OrderIds ids, BackOffice backOffice, OrderHistory history) {
        this.ids = ids;
        this.backOffice = backOffice;
        this.history = history;
    }

    /** @param reason optional */
    record Cancellation(String reason) {}

    /** @param amount decimal, in the order's currency */
    record Amount(BigDecimal amount) {}

    /** Parameters that every request has besides its body. */
    static final class RequestParameters {
        @RestHeader("Idempotency-Key")
        String key;

        @RestQuery
        String wait;

        @Context
        SecurityContext security;
    }

    /** Body of the answer 202. */
    record Accepted(String eventId) {}

    @POST
    @Path("/{id:.+}/pay")
    @Operation(summary = "The customer has paid that amount")
    public Uni<Response> pay(@RestPath String id, @BeanParam RequestParameters parameters, Amount body) {
        var amount = required(body);
        return submit(
                id,
                parameters,
                (origin, currency) -> new PaymentReceived(
                        origin.eventId(),
                        origin.source(),
                        origin.orderId(),
                        currency,
                        minor(amount, currency),
                        origin.now(),
                        origin.now()));
    }

    @POST
    @Path("/{id:.+}/ship")
    @Operation(summary = "The order is on its way")
    public Uni<Response> ship(@RestPath String id, @BeanParam RequestParameters parameters) {
        return submit(
                id,
                parameters,
                (origin, currency) -> new ShipmentReported(
                        origin.eventId(), origin.source(), origin.orderId(), origin.now(), origin.now()));
    }

    @POST
    @Path("/{id:.+}/deliver")
    @Operation(summary = "The customer has the order")
    public Uni<Response> deliver(@RestPath String id, @BeanParam RequestParameters parameters) {
        return submit(
                id,
                parameters,
                (origin, currency) -> new DeliveryReported(
                        origin.eventId(), origin.source(), origin.orderId(), origin.now(), origin.now()));
    }

    @POST
    @Path("/{id:.+}/refund")
    @Operation(summary = "Pays that amount back")
    public Uni<Response> refund(@RestPath String id, @BeanParam RequestParameters parameters, Amount body) {
        var amount = required(body);
        return submit(
                id,
                parameters,
                (origin, currency) -> new RefundRequested(
                        origin.eventId(),
                        origin.source(),
                        origin.orderId(),
                        null,
                        null,
                        currency,
                        minor(amount, currency),
                        origin.now(),
                        origin.now()));
    }

    @POST
    @Path("/{id:.+}/cancel")
    @Operation(summary = "Calls the order off, and pays back what was paid")
    public Uni<Response> cancel(@RestPath String id, @BeanParam RequestParameters parameters, Cancellation body) {
        var reason = body == null ? null : body.reason();
        if (reason != null) {
            RequestText.require(reason, "The reason", RequestText.LONGEST_REASON);
        }
        return submit(
                id,
                parameters,
                (origin, currency) -> new CancellationRequested(
                        origin.eventId(), origin.source(), origin.orderId(), reason, origin.now(), origin.now()));
    }

    private Uni<Response> submit(String id, RequestParameters parameters, RequestToEvent toEvent) {
        RequestText.require(id, "The order's id", RequestText.LONGEST_ID);
        if (parameters.key == null || !parameters.key.matches("[\\p{Graph}]{1,100}")) {
            throw new BadRequestException(
                    "The header Idempotency-Key must have 1 to 100 characters of ASCII without blanks.");
        }
        var atMost = WaitParameter.of(parameters.wait, DEFAULT_WAIT);
        return ids.of(id)
                .chain(order -> backOffice
                        .submit(order, parameters.security.getUserPrincipal().getName(), parameters.key, toEvent)
                        .chain(event -> answer(order, event, atMost)))
                .onFailure()
                .transform(DatabaseFailureMapper::toHttp);
    }

    private Uni<Response> answer(String id, String eventId, Duration atMost) {
        return history.firstEvent(BackOffice.SOURCE, eventId, atMost).chain(answer -> {
            if (answer.isEmpty()) {
                var location = UriBuilder.fromPath("/orders/{id}").build(id);
                return Uni.createFrom()
                        .item(Response.accepted(new Accepted(eventId))
                                .location(location)
                                .build());
            }
            if (answer.get().type().equals(TransitionRefused.class.getSimpleName())) {
                throw new ClientErrorException(reason(answer.get()), Response.Status.CONFLICT);
            }
            return history.of(id)
                    .map(found -> Response.ok(OrdersResource.view(id, found)).build());
        });
    }

    /** Reads the reason of the refusal; if the order has been erased since, the reason is gone. */
    private static String reason(HistoryEntry answer) {
        var refused = (TransitionRefused) answer.event();
        return Objects.requireNonNullElse(refused.reason(), "It was refused, and the order was erased since.");
    }

    private static BigDecimal required(Amount body) {
        if (body == null || body.amount() == null) {
            throw new BadRequestException("The body must be JSON with an amount, for example {\"amount\": \"10.50\"}.");
        }
        if (body.amount().precision() > MOST_DIGITS) {
            throw new BadRequestException("The amount must have at most %d digits.".formatted(MOST_DIGITS));
        }
        return body.amount();
    }

    private static long minor(BigDecimal amount, String currency) {
        try {
            return Money.minor(amount, currency);
        } catch (ArithmeticException tooFine) {
            throw new BadRequestException("The amount %s is none of currency %s.".formatted(amount, currency), tooFine);
        }
    }
}

package millrace.orders;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import millrace.events.Charges;
import millrace.events.OrderEvent.OrderRefunded;
import millrace.events.OrderLine;
import millrace.events.OrderState;
import millrace.events.OrderState.Status;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.ChangeRequested;
import millrace.events.TransactionEvent.DeliveryReported;
import millrace.events.TransactionEvent.ErasureRequested;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.PaymentReceived;
import millrace.events.TransactionEvent.RefundRequested;
import millrace.events.TransactionEvent.ShipmentReported;
import millrace.events.TransactionEvent.UnreadableOrderReported;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/**
 * What is kept of an order: its state as {@code order-state} has it, and whose it is.
 *
 * <p>An order that was only asked about (a cancellation of something never placed) is kept as well, with its version
 * and no status: the refusals on {@code orders} are counted without a gap, and a later order of that id is still
 * welcome. Nobody but this class sees such an entry.
 */
@Entity
@Table(name = "orders")
class Order {
    @Id
    private String id;

    /** Number of events on {@code orders}; grows under the row's lock only. */
    private long version;

    /** Version of the last event that changed the order: a refusal changes nothing. */
    @Column(name = "state_version")
    private long stateVersion;

    private int refunds;

    @Convert(converter = StatusText.class)
    private Status status;

    /** Personal data: never leaves the table. */
    @Column(name = "customer_id")
    private String customerId;

    private String country;
    private String currency;
    private BigDecimal total = BigDecimal.ZERO;
    private BigDecimal refunded = BigDecimal.ZERO;

    @JdbcTypeCode(SqlTypes.JSON)
    private Details details = Details.NONE;

    @Column(name = "placed_at")
    private Instant placedAt;

    @Column(name = "changed_at")
    private Instant changedAt;

    /** Of the details; the database counts them. */
    @Column(insertable = false, updatable = false)
    private Integer bytes;

    /** What is only ever read whole. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Details(List<OrderLine> lines, Charges charges, List<String> discrepancies, List<String> reasons) {
        static final Details NONE = new Details(List.of(), null, List.of(), List.of());

        Details {
            lines = lines == null ? List.of() : lines;
            discrepancies = discrepancies == null ? List.of() : discrepancies;
            reasons = reasons == null ? List.of() : reasons;
        }
    }

    protected Order() {}

    Order(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    long version() {
        return version;
    }

    /** Empty where nothing but refusals is known of it. */
    Optional<OrderState> state() {
        return Optional.ofNullable(status)
                .map(known -> new OrderState(
                        id,
                        stateVersion,
                        known,
                        country,
                        currency,
                        Money.minor(total, currency),
                        Money.minor(refunded, currency),
                        details.lines(),
                        details.charges(),
                        details.discrepancies(),
                        details.reasons(),
                        placedAt,
                        changedAt));
    }

    /** Applies a transaction, or refuses it; either way the version counts. */
    TransitionResult apply(Transaction transaction) {
        return adopt(transaction, OrderLifecycle.decide(known(), transaction));
    }

    /** Refuses a transaction whose id another one has had. */
    TransitionResult refuseReusedId(Transaction transaction) {
        return adopt(transaction, OrderLifecycle.refuseReusedId(known(), transaction));
    }

    private KnownOrder known() {
        return new KnownOrder(state(), version, refunds);
    }

    private TransitionResult adopt(Transaction transaction, TransitionResult result) {
        version = result.event().version();
        if (result.event() instanceof OrderRefunded) {
            refunds++;
        }
        result.state().ifPresent(state -> {
            customerId = state.status() == Status.ERASED ? null : customer(transaction.event());
            copyFrom(state);
        });
        return result;
    }

    private void copyFrom(OrderState state) {
        stateVersion = state.version();
        status = state.status();
        country = state.country();
        currency = state.currency();
        total = Money.major(state.totalMinor(), currency);
        refunded = Money.major(state.refundedMinor(), currency);
        details = new Details(state.lines(), state.charges(), state.discrepancies(), state.reasons());
        placedAt = state.placedAt();
        changedAt = state.changedAt();
    }

    private boolean isUnclaimed() {
        return customerId == null && (status == null || status == Status.ON_ACCOUNT);
    }

    /** Who places the order is its customer; on account it is the first who is named. */
    private String customer(TransactionEvent transaction) {
        return switch (transaction) {
            case OrderPlaced placed -> placed.customerId() == null ? customerId : placed.customerId();
            case RefundRequested refund -> isUnclaimed() ? refund.customerId() : customerId;
            case UnreadableOrderReported report -> customerId;
            case ChangeRequested request -> customerId;
            case PaymentReceived payment -> customerId;
            case ShipmentReported sent -> customerId;
            case DeliveryReported arrived -> customerId;
            case CancellationRequested request -> customerId;
            case ErasureRequested request -> customerId;
        };
    }
}

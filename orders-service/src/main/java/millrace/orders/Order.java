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
 * An order in the database: its state as on {@code order-state}, and its customer.
 *
 * <p>The first transaction about an unknown order, for example a cancellation, creates a placeholder row without a
 * status: it counts refusals, so that the versions on {@code orders} have no gap, and a later order of that id fills
 * it. {@link #state()} hides it.
 */
@Entity
@Table(name = "orders")
class Order {
    @Id
    private String id;

    /** Number of events on {@code orders}; grows only while the row is locked. */
    private long version;

    /** Version of the last event that changed the order; refusals change nothing. */
    @Column(name = "state_version")
    private long stateVersion;

    private int refunds;

    @Convert(converter = StatusText.class)
    private Status status;

    /** Personal data; it is never published. */
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

    /** Size of the details, computed by the database. */
    @Column(insertable = false, updatable = false)
    private Integer bytes;

    /** Fields that are read and written together only. */
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

    /** Empty for a placeholder row. */
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

    /** Applies or refuses a transaction; both increase the version. */
    TransitionResult apply(Transaction transaction) {
        return adopt(transaction, OrderLifecycle.decide(known(), transaction));
    }

    /** Refuses a transaction whose source and id have been used by another one. */
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

    /**
     * Returns the customer after a transaction: the one of the placed order, or before that the first one that a refund
     * on account names.
     */
    private String customer(TransactionEvent transaction) {
        return switch (transaction) {
            case OrderPlaced placed -> placed.customerId() == null ? customerId : placed.customerId();
            case RefundRequested refund -> isUnclaimed() ? refund.customerId() : customerId;
            case UnreadableOrderReported report -> customerId;
            case ChangeRequested request -> customerId;
            case PaymentReceived payment -> customerId;
            case ShipmentReported shipment -> customerId;
            case DeliveryReported delivery -> customerId;
            case CancellationRequested request -> customerId;
            case ErasureRequested request -> customerId;
        };
    }
}

package millrace.orders;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import millrace.events.OrderLine;
import millrace.events.OrderState;
import millrace.events.OrderState.Status;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.ChangeRequested;
import millrace.events.TransactionEvent.ErasureRequested;
import millrace.events.TransactionEvent.OrderArrived;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.OrderSent;
import millrace.events.TransactionEvent.PaymentReceived;
import millrace.events.TransactionEvent.RefundRequested;
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
    private Details details = new Details(List.of(), List.of());

    @Column(name = "placed_at")
    private Instant placedAt;

    @Column(name = "changed_at")
    private Instant changedAt;

    /** Of the details; the database counts them. */
    @Column(insertable = false, updatable = false)
    private Integer bytes;

    /** What is only ever read whole. */
    record Details(List<OrderLine> lines, List<String> reasons) {}

    protected Order() {}

    Order(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    /** Empty where nothing but refusals is known of it. */
    Optional<OrderState> state() {
        return Optional.ofNullable(status)
                .map(known -> new OrderState(
                        id,
                        version,
                        known,
                        country,
                        currency,
                        Money.minor(total, currency),
                        Money.minor(refunded, currency),
                        details.lines(),
                        details.reasons(),
                        placedAt,
                        changedAt));
    }

    /** Applies a transaction, or refuses it; either way the version counts. */
    Change apply(TransactionEvent transaction) {
        var change = Lifecycle.answer(state(), version + 1, transaction);
        version = change.event().version();
        if (status == null && change.state().isPresent()) {
            customerId = customer(transaction);
        }
        change.state().ifPresent(this::become);
        if (status == Status.ERASED) {
            customerId = null;
        }
        return change;
    }

    private void become(OrderState state) {
        status = state.status();
        country = state.country();
        currency = state.currency();
        total = Money.major(state.totalMinor(), currency);
        refunded = Money.major(state.refundedMinor(), currency);
        details = new Details(state.lines(), state.reasons());
        placedAt = state.placedAt();
        changedAt = state.changedAt();
    }

    private static String customer(TransactionEvent transaction) {
        return switch (transaction) {
            case OrderPlaced placed -> placed.customerId();
            case UnreadableOrderReported report -> report.customerId();
            case RefundRequested refund -> refund.customerId();
            case ChangeRequested request -> request.customerId();
            case PaymentReceived payment -> null;
            case OrderSent sent -> null;
            case OrderArrived arrived -> null;
            case CancellationRequested request -> null;
            case ErasureRequested request -> null;
        };
    }
}

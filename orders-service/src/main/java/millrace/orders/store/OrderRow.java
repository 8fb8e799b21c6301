package millrace.orders.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import millrace.events.Charges;
import millrace.events.OrderLine;
import millrace.events.OrderState;
import millrace.orders.domain.Money;
import millrace.orders.domain.Order;
import millrace.orders.domain.StatusText;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** The row of an {@link Order}: read once before its transactions are decided, and written once afterwards. */
@Entity
@Table(name = "orders")
class OrderRow {
    @Id
    private String id;

    /** Number of events on {@code orders}; grows only while the row is locked. */
    private long version;

    /** Version of the last event that changed the order; refusals change nothing. */
    @Column(name = "state_version")
    private long stateVersion;

    private int refunds;

    /** {@code null} while nothing but refusals is known. */
    private String status;

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

    protected OrderRow() {}

    static OrderRow of(Order order) {
        var row = new OrderRow();
        row.id = order.id();
        row.version = order.version();
        row.refunds = order.refunds();
        row.customerId = order.customerId();
        order.state().ifPresent(row::copy);
        return row;
    }

    private void copy(OrderState state) {
        stateVersion = state.version();
        status = StatusText.of(state.status());
        country = state.country();
        currency = state.currency();
        total = Money.major(state.totalMinor(), currency);
        refunded = Money.major(state.refundedMinor(), currency);
        details = new Details(state.lines(), state.charges(), state.discrepancies(), state.reasons());
        placedAt = state.placedAt();
        changedAt = state.changedAt();
    }

    Order order() {
        return new Order(
                id, version, refunds, customerId, Optional.ofNullable(status).map(this::state));
    }

    private OrderState state(String known) {
        return new OrderState(
                id,
                stateVersion,
                StatusText.read(known).orElseThrow(),
                country,
                currency,
                Money.minor(total, currency),
                Money.minor(refunded, currency),
                details.lines(),
                details.charges(),
                details.discrepancies(),
                details.reasons(),
                placedAt,
                changedAt);
    }
}

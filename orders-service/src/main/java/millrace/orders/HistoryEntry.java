package millrace.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import millrace.events.Channels;
import millrace.events.OrderEvent;

/** One event of an order, as it went out; it is also the memory that its transaction has been applied. */
@Entity
@Table(name = "history")
class HistoryEntry {
    /** Id of the transaction. */
    @Id
    private String cause;

    @Column(name = "order_id")
    private String orderId;

    private long version;
    private String event;

    /** The database's own clock. */
    @Column(name = "kept_at", insertable = false, updatable = false)
    private Instant keptAt;

    protected HistoryEntry() {}

    /** @param json the event as it is written on the channel */
    HistoryEntry(OrderEvent event, byte[] json) {
        this.cause = event.causedBy();
        this.orderId = event.orderId();
        this.version = event.version();
        this.event = new String(json, UTF_8);
    }

    String cause() {
        return cause;
    }

    String orderId() {
        return orderId;
    }

    long version() {
        return version;
    }

    OrderEvent event() {
        return Channels.ORDERS.value().deserializer().deserialize(Channels.ORDERS.name(), event.getBytes(UTF_8));
    }

    /** JSON. */
    String text() {
        return event;
    }
}

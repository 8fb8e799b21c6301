package millrace.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import millrace.events.Channels;
import millrace.events.OrderEvent;

/** One event of an order, as it went out. */
@Entity
@IdClass(HistoryEntry.Key.class)
@Table(name = "history")
class HistoryEntry {
    @Id
    @Column(name = "order_id")
    private String orderId;

    @Id
    private long version;

    /** Id of the transaction, which is its source's. */
    private String cause;

    private String event;

    /** The database's own clock. */
    @Column(name = "kept_at", insertable = false, updatable = false)
    private Instant keptAt;

    record Key(String orderId, long version) {}

    protected HistoryEntry() {}

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

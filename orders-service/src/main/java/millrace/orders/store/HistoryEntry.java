package millrace.orders.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonToken;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.IOException;
import java.time.Instant;
import millrace.events.Channels;
import millrace.events.Json;
import millrace.events.OrderEvent;

/** One event of an order, as it was published. */
@Entity
@IdClass(HistoryEntry.Key.class)
@Table(name = "history")
public class HistoryEntry {
    @Id
    @Column(name = "order_id")
    private String orderId;

    @Id
    private long version;

    /** Source of the transaction. */
    private String source;

    /** Id of the transaction, given by its source. */
    private String cause;

    /** Column of the inbox; it is here because a native query has to map every column. */
    private byte[] variant;

    /** Column of the inbox, too. */
    private byte[] digest;

    private String event;

    /** Set by the clock of the database. */
    @Column(name = "kept_at", insertable = false, updatable = false)
    private Instant keptAt;

    record Key(String orderId, long version) {}

    protected HistoryEntry() {}

    public long version() {
        return version;
    }

    public OrderEvent event() {
        return Channels.ORDERS.value().deserializer().deserialize(Channels.ORDERS.name(), event.getBytes(UTF_8));
    }

    /** Simple name of the event's type; of an erased order's event only the envelope is left. */
    public String type() {
        try (var parser = Json.MAPPER.createParser(event)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && "type".equals(parser.currentName())) {
                    return parser.nextTextValue();
                }
                if (token == JsonToken.START_ARRAY || token == JsonToken.START_OBJECT && parser.currentName() != null) {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("Event %d of order %s is no JSON".formatted(version, orderId), e);
        }
        throw new IllegalStateException("Event %d of order %s has no type".formatted(version, orderId));
    }

    /** The event as JSON. */
    public String text() {
        return event;
    }
}

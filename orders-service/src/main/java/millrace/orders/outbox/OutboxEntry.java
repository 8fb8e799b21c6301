package millrace.orders.outbox;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Map;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A row of the outbox as the business transaction writes it; {@link OutboxRelay} reads and deletes it. */
@Entity
@Table(name = "outbox")
class OutboxEntry {
    @Id
    private long id;

    private short shard;
    private String channel;
    private byte[] key;

    @JdbcTypeCode(SqlTypes.JSON)
    private Map<String, String> headers;

    private byte[] value;

    protected OutboxEntry() {}

    OutboxEntry(long id, OutboxMessage message) {
        this.id = id;
        shard = (short) Outbox.shard(message.key());
        channel = message.channel();
        key = message.key();
        headers = message.headers();
        value = message.value();
    }
}

package millrace.orders.outbox;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What has to go out and is not out yet. It is written in the transaction that changes the orders, so that the table
 * and the channels never disagree; {@link OutboxRelay} empties it.
 *
 * <p>Records of one key keep their order because their ids grow: ids are drawn while the order's row is locked (two
 * transactions that open the same order collide, and one of them starts again), and one shard holds all of a key.
 */
@ApplicationScoped
public class Outbox {
    /**
     * As many as the channel {@code orders} has partitions, and a key's shard is the number of its partition: what was
     * committed in the order of a partition goes out in the order of a partition, across keys too. Readers that go by
     * event time take what is far out of that order for late.
     */
    static final int SHARDS = 3;

    private final OutboxRelay relay;

    Outbox(OutboxRelay relay) {
        this.relay = relay;
    }

    /** Call it with the rows of the orders locked; what is added is out of sight until the transaction commits. */
    public Uni<Void> add(Mutiny.StatelessSession session, List<OutboxMessage> messages) {
        return session.createNativeQuery(
                        "SELECT nextval('orders.outbox_id') AS id FROM generate_series(1, :count) ORDER BY id",
                        Long.class)
                .setParameter("count", messages.size())
                .getResultList()
                .map(ids -> entries(ids, messages))
                .chain(session::insertMultiple);
    }

    /** Call it after the commit: the rows go out at once instead of at the next poll. */
    public void wake() {
        relay.wake();
    }

    /** The shard of a key: as Kafka's own partitioner hashes it. */
    static int shard(byte[] key) {
        return key == null ? 0 : Utils.toPositive(Utils.murmur2(key)) % SHARDS;
    }

    private static List<OutboxEntry> entries(List<Long> ids, List<OutboxMessage> messages) {
        return IntStream.range(0, ids.size())
                .mapToObj(i -> new OutboxEntry(ids.get(i), messages.get(i)))
                .toList();
    }
}

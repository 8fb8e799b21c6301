package millrace.orders.outbox;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import millrace.events.Json;
import org.apache.kafka.common.utils.Utils;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Records that have to be published. They are inserted in the transaction that changes the orders, so that the table
 * and the channels never disagree; {@link OutboxRelay} publishes and deletes them.
 *
 * <p>Records of one key keep their sequence because their ids grow: ids are drawn while the order's row is locked (of
 * two transactions that insert the same order one fails and is retried), and all records of a key are in one shard.
 */
@ApplicationScoped
public class Outbox {
    /**
     * Equal to the partitions of {@code orders}; a key's shard is the number of its partition. Records are thus
     * published in the sequence in which a partition's records were committed, across keys as well: consumers that
     * count by event time would take records far out of that sequence for late.
     */
    public static final int SHARDS = 3;

    /**
     * Inserts all rows with one statement: a statement per row costs more than the row. Ids grow in the sequence of the
     * messages.
     */
    private static final String INSERT = """
            WITH notification AS (SELECT pg_notify(current_schema() || '_outbox', ''))
            INSERT INTO outbox (shard, id, channel, key, headers, value)
            SELECT shard, nextval('outbox_id'), channel, decode(key, 'base64'), headers::json, decode(value, 'base64')
            FROM (SELECT * FROM unnest(CAST(:shards AS integer[]), CAST(:channels AS text[]), CAST(:keys AS text[]),
                                       CAST(:headers AS text[]), CAST(:values AS text[]))
                  WITH ORDINALITY AS message (shard, channel, key, headers, value, number)
                  ORDER BY number) AS message, notification""";

    /** A request that orders has not read yet stays: the erasure itself may be among them. */
    private static final String ERASE_SET_ASIDE = """
            DELETE FROM outbox_set_aside
            WHERE channel <> 'transactions'
              AND sha256(key) IN (SELECT sha256(convert_to(id, 'UTF8')) FROM unnest(CAST(:ids AS text[])) AS ids (id))""";

    /** Bytes of the messages in one statement; a larger message has a statement of its own. */
    private static final int STATEMENT_BYTES = 512 * 1024;

    /**
     * Adds messages, which are invisible until the transaction commits; the rows of their orders must be locked. Fails
     * with {@link IllegalArgumentException} where a message exceeds the size of a record, because it could never be
     * sent.
     */
    public Uni<Void> add(Mutiny.StatelessSession session, List<OutboxMessage> messages) {
        for (var message : messages) {
            if (message.bytes() > OutboxMessage.LARGEST) {
                return Uni.createFrom()
                        .failure(new IllegalArgumentException(
                                "A record of %d bytes is too large for the channel %s, which takes %d."
                                        .formatted(message.bytes(), message.channel(), OutboxMessage.LARGEST)));
            }
        }
        return Multi.createFrom()
                .iterable(BatchSplitter.split(messages, OutboxMessage::bytes, STATEMENT_BYTES))
                .onItem()
                .call(part -> insert(session, part))
                .onItem()
                .ignoreAsUni();
    }

    /** Deletes the rows that are set aside and have content of these orders, except for requests. */
    public Uni<Void> eraseSetAside(Mutiny.StatelessSession session, Collection<String> orderIds) {
        if (orderIds.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery(ERASE_SET_ASIDE)
                .setParameter("ids", orderIds.toArray(String[]::new))
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Uni<Void> insert(Mutiny.StatelessSession session, List<OutboxMessage> messages) {
        return session.createNativeQuery(INSERT)
                .setParameter("shards", array(messages, Integer[]::new, message -> shard(message.key())))
                .setParameter("channels", array(messages, String[]::new, OutboxMessage::channel))
                .setParameter("keys", array(messages, String[]::new, message -> base64(message.key())))
                .setParameter("headers", array(messages, String[]::new, message -> Json.text(message.headers())))
                .setParameter("values", array(messages, String[]::new, message -> base64(message.value())))
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Returns the shard of a key, with the hash of Kafka's default partitioner. */
    static int shard(byte[] key) {
        return key == null ? 0 : Utils.toPositive(Utils.murmur2(key)) % SHARDS;
    }

    private static <T> T[] array(
            List<OutboxMessage> messages, IntFunction<T[]> empty, Function<OutboxMessage, T> column) {
        return messages.stream().map(column).toArray(empty);
    }

    private static String base64(byte[] bytes) {
        return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
    }
}

package millrace.orders.outbox;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import millrace.events.Json;
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

    /** All rows by one statement: a statement for each costs more than the row. Ids grow in the order of the messages. */
    private static final String INSERT = """
            WITH bell AS (SELECT pg_notify(current_schema() || '_outbox', ''))
            INSERT INTO outbox (shard, id, channel, key, headers, value)
            SELECT shard, nextval('outbox_id'), channel, decode(key, 'base64'), headers::json, decode(value, 'base64')
            FROM (SELECT * FROM unnest(CAST(:shards AS integer[]), CAST(:channels AS text[]), CAST(:keys AS text[]),
                                       CAST(:headers AS text[]), CAST(:values AS text[]))
                  WITH ORDINALITY AS message (shard, channel, key, headers, value, number)
                  ORDER BY number) AS message, bell""";

    /** Bytes of the messages that one statement carries; a message that is larger by itself has a statement of its own. */
    private static final int STATEMENT_BYTES = 512 * 1024;

    /**
     * Call it with the rows of the orders locked; what is added is out of sight until the transaction commits. It fails with
     * {@link IllegalArgumentException} where a message is larger than a record may be: it could never be sent.
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
        var added = Uni.createFrom().voidItem();
        for (var part : BatchSplitter.split(messages, OutboxMessage::bytes, STATEMENT_BYTES)) {
            added = added.chain(() -> insert(session, part));
        }
        return added;
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

    /** The shard of a key: as Kafka's own partitioner hashes it. */
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

package millrace.audit.verify;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import millrace.audit.FieldEncryption;
import millrace.audit.Positions;
import millrace.audit.TopicIds;
import millrace.audit.chain.Ed25519;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.JdbcStatements;
import millrace.events.Channels;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Recomputes the chains of the archive from its rows, checks them against the signed checkpoints on the channel, and
 * compares them with what the broker still holds. Needs the public key alone, and no consumer group.
 */
public final class Verify {
    private final DatabaseTransactions transactions;
    private final FieldEncryption encryption;
    private final Map<String, Object> broker;
    private final ArchiveIdentity identity;

    /** @param broker properties of a Kafka client */
    public Verify(
            DatabaseTransactions transactions,
            FieldEncryption encryption,
            Map<String, Object> broker,
            ArchiveIdentity identity) {
        this.transactions = transactions;
        this.encryption = encryption;
        this.broker = broker;
        this.identity = identity;
    }

    /**
     * The settings that tell an archive from others.
     *
     * @param prefix of the platform's topics
     * @param checkpointsKept that {@code AUDIT_CHECKPOINTS_KEPT} says: how long the platform keeps them; empty is for ever
     * @param retention that {@code AUDIT_RETENTION} says; months are dropped for no other reason
     */
    public record ArchiveIdentity(
            String prefix, Ed25519 key, Optional<Duration> checkpointsKept, Optional<Period> retention) {}

    /** A verdict on each chain that is asked for, in order. */
    public List<ChainVerdict> answer(VerifyQuery question) throws SQLException {
        try (var consumer = consumer()) {
            var published = new Published(consumer, identity.key());
            published.read(identity.prefix() + Channels.AUDIT_CHECKPOINTS.name(), question);
            var verdicts = new ArrayList<ChainVerdict>();
            for (var chain : chains(published)) {
                if (question.asksFor(chain.channel(), chain.partition())) {
                    verdicts.add(
                            published.isComplete()
                                    ? verdict(chain, consumer, published, question)
                                    : new ChainVerdict(
                                            chain.channel(), chain.partition(), 0, 0, 0, 0, null, false, null));
                }
            }
            return verdicts;
        }
    }

    private TreeSet<ChainName> chains(Published published) throws SQLException {
        var select = "SELECT channel, partition FROM positions UNION SELECT channel, partition FROM segments";
        var chains = new TreeSet<>(published.chains());
        chains.addAll(transactions.get(connection ->
                JdbcStatements.query(connection, select, row -> new ChainName(row.getString(1), row.getInt(2)))));
        return chains;
    }

    private ChainVerdict verdict(
            ChainName chain, Consumer<byte[], byte[]> consumer, Published published, VerifyQuery question)
            throws SQLException {
        var months = transactions.get(connection -> DroppedMonths.of(connection, chain, identity.retention()));
        var truth = new Truth(chain, published, identity.key(), identity.checkpointsKept());
        var check = new ChainCheck(chain, transactions, truth, question, months.keptFrom());
        var found = months.finding();
        if (found.isEmpty()) {
            found = check.first(published.last(chain));
        }
        var note = months.note();
        var compared = 0L;
        var redacted = 0L;
        var isOver = check.isOver();
        if (found.isEmpty() && !isOver) {
            var brokerCheck = brokerCheck(chain, consumer, question);
            if (brokerCheck.isPresent()) {
                found = brokerCheck.get().first();
                compared = brokerCheck.get().compared();
                redacted = brokerCheck.get().redacted();
                isOver = brokerCheck.get().isOver();
            } else {
                note = "the broker has another topic or none: nothing to compare with";
            }
        }
        return new ChainVerdict(
                chain.channel(),
                chain.partition(),
                check.hashed(),
                check.segments(),
                compared,
                redacted,
                found.orElse(null),
                !isOver,
                note);
    }

    /** Empty where the topic is not the one that the archive has, or not there. */
    private Optional<BrokerCheck> brokerCheck(ChainName chain, Consumer<byte[], byte[]> consumer, VerifyQuery question)
            throws SQLException {
        var topic = identity.prefix() + chain.channel();
        var position =
                transactions.get(connection -> new Positions().find(connection, chain.channel(), chain.partition()));
        return position.map(Positions.Stored::position)
                .filter(there -> there.topicId().equals(topicId(topic)))
                .map(there -> new BrokerCheck(
                        consumer,
                        new TopicPartition(topic, chain.partition()),
                        chain,
                        there,
                        transactions,
                        encryption,
                        question));
    }

    private UUID topicId(String topic) {
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(AdminClientConfig.configNames());
        try (var ids = new TopicIds(Admin.create(settings))) {
            return ids.of(List.of(topic)).get(topic);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", false);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}

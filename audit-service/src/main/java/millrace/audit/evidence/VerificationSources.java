package millrace.audit.evidence;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import millrace.audit.TopicIds;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.ChainEntry;
import millrace.audit.table.ChainName;
import millrace.audit.table.DatabaseTransactions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** The database and the broker that a verification reads, and what it is asked. */
record VerificationSources(
        DatabaseTransactions transactions,
        FieldEncryption encryption,
        Consumer<byte[], byte[]> consumer,
        TopicIds topicIds,
        ArchiveIdentity identity,
        VerifyQuery query,
        ReadAhead<Segment, List<ChainEntry>> entries) {
    <T> T get(DatabaseTransactions.Query<T> select) throws SQLException {
        return transactions.get(select);
    }

    TopicPartition partition(ChainName chain) {
        return new TopicPartition(identity.prefix() + chain.channel(), chain.partition());
    }

    /** The id of a channel's topic on the broker. */
    Optional<UUID> topicId(ChainName chain) {
        var topic = partition(chain).topic();
        return Optional.ofNullable(topicIds.of(List.of(topic)).get(topic));
    }
}

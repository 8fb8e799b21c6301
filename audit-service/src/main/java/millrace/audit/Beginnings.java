package millrace.audit;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import millrace.audit.chain.Break;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * Where the archive of a partition begins, and where it begins anew: records that retention removed too early, a log that
 * was cut off, a topic that was made again. Each is an entry of the chain and an alarm, and then the archive goes on.
 */
final class Beginnings implements AutoCloseable {
    /** In the words of {@link Condition}. */
    private static final String TOPICS = "topics";

    /** How soon it is noticed that a topic was made again where its new log is as long as the old one was. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final Consumer<?, ?> consumer;
    private final TopicIds topicIds;
    private final Archive archive;
    private final Condition condition;
    private final Meters meters;
    private long lookAt = System.nanoTime();

    Beginnings(Consumer<?, ?> consumer, TopicIds topicIds, Archive archive, Condition condition, Meters meters) {
        this.consumer = consumer;
        this.topicIds = topicIds;
        this.archive = archive;
        this.condition = condition;
        this.meters = meters;
    }

    @Override
    public void close() {
        topicIds.close();
    }

    /** The chains of partitions; without those of topics that nobody knows at the moment. */
    Map<TopicPartition, Chain> open(Collection<TopicPartition> partitions) throws SQLException {
        var ids = ids(partitions);
        var known = partitions.stream()
                .filter(partition -> ids.containsKey(partition.topic()))
                .toList();
        if (known.size() < partitions.size()) {
            condition.bad(TOPICS, "the brokers do not say the ids of all topics");
        } else {
            condition.good(TOPICS);
        }
        var opened = new HashMap<>(archive.open(known));
        var unseen = new HashSet<>(known);
        unseen.removeAll(opened.keySet());
        if (!unseen.isEmpty()) {
            for (var beginning : consumer.beginningOffsets(unseen).entrySet()) {
                var partition = beginning.getKey();
                archive.begin(partition, ids.get(partition.topic()), beginning.getValue())
                        .ifPresent(gap -> tell(partition, gap));
            }
            opened.putAll(archive.open(unseen));
        }
        for (var chain : opened.values()) {
            checkId(chain, ids.get(chain.partition().topic()));
        }
        return opened;
    }

    /** Whether it is time to look for topics that were made again. */
    boolean isLookDue() {
        return System.nanoTime() - lookAt >= 0;
    }

    /** The chains among these whose topic was made again. They stand at its beginning now. */
    List<Chain> recreated(Collection<Chain> chains) throws SQLException {
        lookAt = System.nanoTime() + LOOK_EVERY.toNanos();
        var ids = ids(chains.stream().map(Chain::partition).toList());
        var recreated = new ArrayList<Chain>();
        for (var chain : chains) {
            if (checkId(chain, ids.get(chain.partition().topic()))) {
                recreated.add(chain);
            }
        }
        return recreated;
    }

    /** The broker does not have the position where the chain stands. It stands at one that the broker has then. */
    void anew(Chain chain, OffsetOutOfRangeException why) throws SQLException {
        var partition = chain.partition();
        if (checkId(chain, ids(List.of(partition)).get(partition.topic()))) {
            return;
        }
        var position = chain.position().nextOffset();
        var beginning = beginning(partition);
        if (beginning > position) {
            note(chain, it -> it.gap(beginning));
        } else if (why instanceof LogTruncationException cut
                && cut.divergentOffsets().containsKey(partition)) {
            truncated(chain, cut.divergentOffsets().get(partition).offset());
        } else {
            truncated(chain, consumer.endOffsets(List.of(partition)).get(partition), beginning);
        }
    }

    private void truncated(Chain chain, long from) throws SQLException {
        truncated(chain, from, from);
    }

    /** @param next where to go on: nobody may know where the log was cut off, then what is there is archived once more */
    private void truncated(Chain chain, long from, long next) throws SQLException {
        var position = chain.position();
        note(chain, it -> it.reborn(Break.Kind.TRUNCATED, position.topicId(), from, position.nextOffset(), next));
    }

    /** Whether the topic is another one than the chain's; the chain goes on with its first record then. */
    private boolean checkId(Chain chain, UUID id) throws SQLException {
        if (id == null || id.equals(chain.position().topicId())) {
            return false;
        }
        var beginning = beginning(chain.partition());
        var from = chain.position().nextOffset();
        note(chain, it -> it.reborn(Break.Kind.RECREATED, id, from, beginning, 0));
        if (beginning > 0) {
            note(chain, it -> it.gap(beginning));
        }
        return true;
    }

    private void note(Chain chain, Function<Chain, Break> what) throws SQLException {
        tell(chain.partition(), archive.note(chain, what));
    }

    private void tell(TopicPartition partition, Break gone) {
        condition.alarm(partition.toString(), gone.sentence());
        meters.broken(gone);
    }

    private long beginning(TopicPartition partition) {
        return consumer.beginningOffsets(List.of(partition)).get(partition);
    }

    private Map<String, UUID> ids(Collection<TopicPartition> partitions) {
        return topicIds.of(partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet()));
    }
}

package millrace.replay;

import static java.util.stream.Collectors.toSet;
import static millrace.replay.Administration.answer;

import java.util.List;
import java.util.Map;
import millrace.events.Catalogue;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** What the brokers tell of topics. */
record TopicFacts(Site site) {
    /** Whether somebody has written there and neither committed nor aborted it. */
    boolean hasOpenTransaction(TopicPartition place) {
        return new Administration(site).let(admin -> {
            var written = admin.listOffsets(Map.of(place, OffsetSpec.latest()));
            var committed = admin.listOffsets(
                    Map.of(place, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_COMMITTED));
            return answer(written.partitionResult(place)).offset()
                    > answer(committed.partitionResult(place)).offset();
        });
    }

    /** On the disks of all brokers; 0 where they tell nobody but an administrator. */
    long bytes(List<Catalogue.Entry> entries) {
        if (!site.isLocal()) {
            return 0;
        }
        var topics = entries.stream().map(entry -> site.prefixed(entry.name())).collect(toSet());
        return new Administration(site).let(admin -> {
            var brokers = answer(admin.describeCluster().nodes()).stream()
                    .map(node -> node.id())
                    .toList();
            return answer(admin.describeLogDirs(brokers).allDescriptions()).values().stream()
                    .flatMap(folders -> folders.values().stream())
                    .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                    .filter(replica -> topics.contains(replica.getKey().topic()))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum();
        });
    }
}

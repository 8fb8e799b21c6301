package millrace.replay;

import static java.util.stream.Collectors.toSet;
import static millrace.replay.ClusterAdmin.answer;

import java.util.List;
import millrace.events.Catalogue;

/** Facts about topics that only the brokers know. */
record TopicMetadata(PlatformConnection platform) {
    /** Returns the bytes on the disks of all brokers; 0 where only an administrator may read them. */
    long bytes(List<Catalogue.Entry> entries) {
        if (!platform.isLocal()) {
            return 0;
        }
        var topics =
                entries.stream().map(entry -> platform.prefixed(entry.name())).collect(toSet());
        return new ClusterAdmin(platform).call(admin -> {
            var brokers = answer(admin.describeCluster().nodes()).stream()
                    .map(node -> node.id())
                    .toList();
            return answer(admin.describeLogDirs(brokers).allDescriptions()).values().stream()
                    .flatMap(folders -> folders.values().stream())
                    .flatMap(directory -> directory.replicaInfos().entrySet().stream())
                    .filter(replica -> topics.contains(replica.getKey().topic()))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum();
        });
    }
}

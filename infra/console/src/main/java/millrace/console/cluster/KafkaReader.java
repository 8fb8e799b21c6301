package millrace.console.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.console.cluster.KafkaSample.MemberSample;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeStreamsGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.apache.kafka.clients.admin.StreamsGroupSubtopologyDescription;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks the brokers about topics and groups with the prefix. A broker, partition or coordinator that does not answer
 * within 2 s is left out of the answer.
 */
final class KafkaReader {
    private static final Pattern UUIDS = Pattern.compile("([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final int ANSWER_TIMEOUT_MS = 2_000;

    private final Admin admin;
    private final String prefix;

    KafkaReader(Admin admin, String prefix) {
        this.admin = admin;
        this.prefix = prefix;
    }

    /** What the coordinator of a group says. */
    record Described(String assignor, String state, String coordinator, List<MemberSample> members) {}

    String shortened(String name) {
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    /** @throws ExecutionException if no broker answers */
    Set<String> topics() throws ExecutionException, InterruptedException {
        var names = admin.listTopics(new ListTopicsOptions().timeoutMs(ANSWER_TIMEOUT_MS))
                .names()
                .get();
        return names.stream().filter(name -> name.startsWith(prefix)).collect(Collectors.toSet());
    }

    /** Partitions of topics; a topic that the client does not see is left out. */
    List<TopicPartition> partitions(Collection<String> topics) throws InterruptedException {
        var partitions = new ArrayList<TopicPartition>();
        var answers = admin.describeTopics(topics, new DescribeTopicsOptions().timeoutMs(ANSWER_TIMEOUT_MS));
        for (var answer : answers.topicNameValues().values()) {
            answered(answer)
                    .ifPresent(topic -> topic.partitions()
                            .forEach(partition ->
                                    partitions.add(new TopicPartition(topic.name(), partition.partition()))));
        }
        return partitions;
    }

    /** Offsets for readers of committed records. */
    Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec which)
            throws InterruptedException {
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        partitions.forEach(partition -> asked.put(partition, which));
        var answers = admin.listOffsets(
                asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED).timeoutMs(ANSWER_TIMEOUT_MS));
        var offsets = new HashMap<TopicPartition, Long>();
        for (var partition : asked.keySet()) {
            answered(answers.partitionResult(partition)).ifPresent(answer -> offsets.put(partition, answer.offset()));
        }
        return offsets;
    }

    /** Groups of all types, by name. */
    List<GroupListing> groups() throws ExecutionException, InterruptedException {
        return admin.listGroups(new ListGroupsOptions().timeoutMs(ANSWER_TIMEOUT_MS)).valid().get().stream()
                .filter(group -> group.groupId().startsWith(prefix))
                .sorted(Comparator.comparing(GroupListing::groupId))
                .toList();
    }

    /** Descriptions of groups of consumers and of Kafka Streams; those of share groups are left out. */
    Map<String, Described> describe(Collection<GroupListing> groups) throws InterruptedException {
        var consumers = admin.describeConsumerGroups(
                        ids(groups, KafkaReader::isOfConsumers),
                        new DescribeConsumerGroupsOptions().timeoutMs(ANSWER_TIMEOUT_MS))
                .describedGroups();
        var streams = admin.describeStreamsGroups(
                        ids(groups, group -> isOf(group, GroupType.STREAMS)),
                        new DescribeStreamsGroupsOptions().timeoutMs(ANSWER_TIMEOUT_MS))
                .describedGroups();
        var described = new HashMap<String, Described>();
        for (var group : consumers.entrySet()) {
            answered(group.getValue()).ifPresent(answer -> described.put(group.getKey(), described(answer)));
        }
        for (var group : streams.entrySet()) {
            answered(group.getValue()).ifPresent(answer -> described.put(group.getKey(), described(answer)));
        }
        return described;
    }

    private static List<String> ids(Collection<GroupListing> groups, Predicate<GroupListing> which) {
        return groups.stream().filter(which).map(GroupListing::groupId).toList();
    }

    /** Committed offsets of those groups that commit any. */
    Map<String, Map<TopicPartition, Long>> committed(Collection<GroupListing> groups) throws InterruptedException {
        var asked = groups.stream()
                .filter(KafkaReader::commits)
                .collect(Collectors.toMap(GroupListing::groupId, group -> new ListConsumerGroupOffsetsSpec()));
        var answers = admin.listConsumerGroupOffsets(
                asked, new ListConsumerGroupOffsetsOptions().timeoutMs(ANSWER_TIMEOUT_MS));
        var committed = new HashMap<String, Map<TopicPartition, Long>>();
        for (var group : asked.keySet()) {
            answered(answers.partitionsToOffsetAndMetadata(group)).ifPresent(answer -> {
                var offsets = new HashMap<TopicPartition, Long>();
                answer.forEach((partition, position) -> {
                    if (position != null) {
                        offsets.put(partition, position.offset());
                    }
                });
                committed.put(group, offsets);
            });
        }
        return committed;
    }

    private static boolean isOfConsumers(GroupListing group) {
        return isOf(group, GroupType.CONSUMER)
                || ((isOf(group, GroupType.CLASSIC) || group.type().isEmpty()) && ofConsumers(group));
    }

    private static boolean isOf(GroupListing group, GroupType type) {
        return group.type().equals(Optional.of(type));
    }

    /** A classic group without members that has committed offsets has an empty protocol. */
    private static boolean ofConsumers(GroupListing group) {
        return group.protocol().isEmpty() || group.protocol().equals("consumer");
    }

    /** Offsets of share groups are no positions of a reader. */
    private static boolean commits(GroupListing group) {
        return !isOf(group, GroupType.SHARE);
    }

    private Described described(ConsumerGroupDescription group) {
        return new Described(
                group.partitionAssignor(),
                group.groupState().toString(),
                coordinator(group.coordinator()),
                sorted(group.members().stream().map(this::member)));
    }

    private Described described(StreamsGroupDescription group) {
        var topics = group.subtopologies().stream()
                .collect(Collectors.toMap(
                        StreamsGroupSubtopologyDescription::subtopologyId,
                        part -> Stream.concat(
                                        part.sourceTopics().stream(), part.repartitionSourceTopics().keySet().stream())
                                .toList()));
        return new Described(
                "",
                group.groupState().toString(),
                coordinator(group.coordinator()),
                sorted(group.members().stream().map(member -> member(member, topics))));
    }

    private static List<MemberSample> sorted(Stream<MemberSample> members) {
        return members.sorted(Comparator.comparing(MemberSample::client).thenComparing(MemberSample::id))
                .toList();
    }

    private static String coordinator(Node broker) {
        return broker == null || broker.isEmpty()
                ? ""
                : "%d (%s:%d)".formatted(broker.id(), broker.host(), broker.port());
    }

    private MemberSample member(MemberDescription member) {
        var partitions = new TreeMap<String, List<Integer>>();
        member.assignment().topicPartitions().stream()
                .sorted(Comparator.comparingInt(TopicPartition::partition))
                .forEach(partition -> add(partitions, partition.topic(), partition.partition()));
        return new MemberSample(
                member.consumerId(),
                member.groupInstanceId().orElseGet(() -> name(member.clientId(), member.consumerId())),
                member.clientId(),
                host(member.host()),
                partitions,
                List.of());
    }

    /** A task reads its partition of each topic of its sub-topology. */
    private MemberSample member(StreamsGroupMemberDescription member, Map<String, List<String>> topics) {
        var partitions = new TreeMap<String, List<Integer>>();
        var tasks = new ArrayList<String>();
        for (var active : member.assignment().activeTasks()) {
            for (var partition : active.partitions()) {
                tasks.add(active.subtopologyId() + "_" + partition);
                topics.getOrDefault(active.subtopologyId(), List.of())
                        .forEach(topic -> add(partitions, topic, partition));
            }
        }
        return new MemberSample(
                member.memberId(),
                member.instanceId().orElseGet(() -> name(member.clientId(), member.memberId())),
                member.clientId(),
                host(member.clientHost()),
                partitions,
                tasks.stream().sorted().toList());
    }

    private void add(Map<String, List<Integer>> partitions, String topic, int partition) {
        partitions
                .computeIfAbsent(shortened(topic), channel -> new ArrayList<>())
                .add(partition);
    }

    private static String host(String address) {
        return address.replaceFirst("^/", "");
    }

    /** The classic protocol makes ids of client id and a UUID, the new one of a UUID alone. */
    static String name(String client, String id) {
        return UUIDS.matcher(id.startsWith(client) ? id : client + "-" + id).replaceAll("$1");
    }

    private static <T> Optional<T> answered(KafkaFuture<T> future) throws InterruptedException {
        try {
            return Optional.ofNullable(future.get());
        } catch (ExecutionException notAnswered) {
            return Optional.empty();
        }
    }
}

package millrace.console.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import millrace.console.call.ConsoleException;
import millrace.console.cluster.KafkaReader.Described;
import millrace.console.cluster.KafkaSample.ChannelSample;
import millrace.console.cluster.KafkaSample.GroupSample;
import millrace.console.cluster.KafkaSample.LagSample;
import millrace.console.cluster.KafkaSample.PartitionSample;
import millrace.console.view.Deployment;
import millrace.events.Catalogue;
import millrace.events.GenerationNames;
import millrace.lag.GroupLag;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Takes samples of the cluster while somebody asks for them, once for all views. Lag is computed as the services and
 * {@code bin/kafka lag} do.
 */
public final class KafkaSampler {
    static final int MOST_GROUPS = 50;

    private static final Duration FRESH = Duration.ofMillis(200);
    private static final Duration GROUPS_EVERY = Duration.ofSeconds(1);
    private static final Duration TOPICS_EVERY = Duration.ofSeconds(5);
    private static final Duration RATE_OVER = Duration.ofSeconds(5);
    private static final Duration TREND_OVER = Duration.ofSeconds(10);
    /** After this time without samples, those of before say nothing about now. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(10);

    private static final Pattern GENERATION = Pattern.compile("(.+?)(" + GenerationNames.SUFFIX + ")?");

    private final KafkaReader reader;
    private final FirstUnreadLookUps lookUps;
    private final String prefix;
    private final Set<String> catalogue = new TreeSet<>();
    private final Map<String, Set<String>> channelsOfConsumers = new HashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final OffsetHistory history = new OffsetHistory();
    private final Map<String, GroupLag> lags = new HashMap<>();
    private final Map<String, Described> described = new HashMap<>();
    private final Map<TopicPartition, Long> beginnings = new HashMap<>();
    private Set<TopicPartition> partitions = Set.of();
    private Set<String> topics = Set.of();
    private List<GroupListing> groups = List.of();
    private Set<String> unanswered = Set.of();
    private int omitted;
    private long groupsAt;
    private long topicsAt;
    private KafkaSample last;
    private long lastAt;

    public KafkaSampler(Deployment deployment) {
        this(deployment.admin(), deployment.kafka(), deployment.prefix());
    }

    /** @param client properties of a Kafka client */
    KafkaSampler(Admin admin, Map<String, Object> client, String prefix) {
        this.prefix = prefix;
        this.reader = new KafkaReader(admin, prefix);
        this.lookUps = new FirstUnreadLookUps(client);
        for (var entry : Catalogue.entries()) {
            catalogue.add(prefix + entry.name());
            if (!entry.internal()) {
                entry.readers().stream()
                        .filter(module -> !module.equals("*"))
                        .forEach(module -> channelsOfConsumers
                                .computeIfAbsent(Catalogue.process(module), process -> new TreeSet<>())
                                .add(prefix + entry.name()));
            }
        }
    }

    /**
     * Returns a sample that is at most 200 ms old.
     *
     * @throws ConsoleException 503 if no broker answers
     */
    public KafkaSample sample() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var now = System.nanoTime();
            if (last == null || now - lastAt >= FRESH.toNanos()) {
                last = take(now);
                lastAt = System.nanoTime();
            }
            return last;
        } catch (ExecutionException e) {
            throw new ConsoleException(
                    503, "The brokers do not answer: " + e.getCause().getMessage(), e);
        } catch (KafkaException e) {
            throw new ConsoleException(503, "The brokers do not answer: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    private KafkaSample take(long now) throws ExecutionException, InterruptedException {
        if (last == null || now - lastAt > FORGOTTEN_AFTER.toNanos()) {
            history.clear();
            lags.clear();
            topicsAt = now - TOPICS_EVERY.toNanos();
            groupsAt = now - GROUPS_EVERY.toNanos();
        }
        if (now - groupsAt >= GROUPS_EVERY.toNanos()) {
            askForGroups();
            groupsAt = now;
        }
        var committed = reader.committed(groups);
        var read = new HashSet<String>();
        groups.forEach(group -> read.addAll(topicsOf(group, committed)));
        if (now - topicsAt >= TOPICS_EVERY.toNanos() || !topics.containsAll(read)) {
            askForTopics(read);
            topicsAt = now;
        }
        var at = Instant.now();
        var nanos = System.nanoTime();
        var ends = reader.offsets(partitions, OffsetSpec.latest());
        history.add(new OffsetHistory.Offsets(nanos, ends, committed));
        askForBeginnings(committed);
        var samples = new ArrayList<GroupSample>();
        for (var group : groups) {
            observe(group, committed, ends, nanos);
            samples.add(sample(group, committed, ends, nanos));
        }
        lookUps.start(lags, ends);
        return new KafkaSample(at, channels(ends), samples, omitted);
    }

    private void askForGroups() throws ExecutionException, InterruptedException {
        var all = reader.groups();
        omitted = Math.max(0, all.size() - MOST_GROUPS);
        groups = all.subList(0, all.size() - omitted);
        var names = groups.stream().map(GroupListing::groupId).collect(Collectors.toSet());
        lags.keySet().retainAll(names);
        described.keySet().retainAll(names);
        var answers = reader.describe(groups);
        described.putAll(answers);
        unanswered = names.stream().filter(name -> !answers.containsKey(name)).collect(Collectors.toSet());
    }

    private void askForTopics(Set<String> read) throws ExecutionException, InterruptedException {
        var existing = reader.topics();
        var wanted = new TreeSet<>(read);
        wanted.addAll(catalogue);
        wanted.retainAll(existing);
        partitions = Set.copyOf(reader.partitions(wanted));
        wanted.addAll(read); // One that does not exist is asked for again later.
        topics = wanted;
        beginnings.clear();
    }

    /** A group that has committed nothing in a partition goes on at its beginning. */
    private void askForBeginnings(Map<String, Map<TopicPartition, Long>> committed) throws InterruptedException {
        var missing = new HashSet<TopicPartition>();
        for (var group : groups) {
            var positions = committed.getOrDefault(group.groupId(), Map.of());
            partitionsOf(topicsOf(group, committed)).stream()
                    .filter(partition -> !positions.containsKey(partition) && !beginnings.containsKey(partition))
                    .forEach(missing::add);
        }
        if (!missing.isEmpty()) {
            beginnings.putAll(reader.offsets(missing, OffsetSpec.earliest()));
        }
    }

    private void observe(
            GroupListing group,
            Map<String, Map<TopicPartition, Long>> committed,
            Map<TopicPartition, Long> ends,
            long nanos) {
        var positions = committed.get(group.groupId());
        if (positions == null) {
            return; // It has none, or its coordinator does not answer: the lag of before grows.
        }
        var read = topicsOf(group, committed);
        var from = new HashMap<TopicPartition, Long>();
        for (var partition : partitionsOf(read)) {
            var position = positions.getOrDefault(partition, beginnings.get(partition));
            if (position != null) {
                from.put(partition, position);
            }
        }
        lags.computeIfAbsent(group.groupId(), name -> new GroupLag(nanos, FORGOTTEN_AFTER))
                .observe(new GroupLag.Observation(nanos, from, ends));
    }

    private GroupSample sample(
            GroupListing group,
            Map<String, Map<TopicPartition, Long>> committed,
            Map<TopicPartition, Long> ends,
            long nanos) {
        var name = reader.shortened(group.groupId());
        var parts = GENERATION.matcher(name);
        var consumer = parts.matches() ? parts.group(1) : name;
        var suffix = parts.matches() && parts.group(2) != null ? parts.group(2) : "";
        var description = described.getOrDefault(group.groupId(), new Described("", "", "", List.of()));
        var listed = group.groupState().map(Object::toString).orElse("Unknown");
        var ofConsumers = described.containsKey(group.groupId());
        return new GroupSample(
                name,
                consumer,
                suffix,
                channelsOfConsumers.containsKey(consumer),
                group.type().map(GroupType::toString).orElse("Classic"),
                group.protocol(),
                !ofConsumers ? listed : unanswered.contains(group.groupId()) ? "Unknown" : description.state(),
                description.assignor(),
                description.coordinator(),
                description.members(),
                lag(group, committed, ends, nanos));
    }

    private List<LagSample> lag(
            GroupListing group,
            Map<String, Map<TopicPartition, Long>> committed,
            Map<TopicPartition, Long> ends,
            long nanos) {
        var id = group.groupId();
        var lag = lags.get(id);
        var positions = committed.getOrDefault(id, Map.of());
        var samples = new ArrayList<LagSample>();
        if (lag == null) {
            return samples;
        }
        var byTopic = byTopic(partitionsOf(topicsOf(group, committed)));
        byTopic.forEach((topic, read) -> {
            var inPartitions = read.stream()
                    .map(partition -> new PartitionSample(
                            partition.partition(),
                            positions.get(partition),
                            ends.get(partition),
                            lag.records(partition).isPresent()
                                    ? (Long) lag.records(partition).getAsLong()
                                    : null,
                            lag.seconds(partition, nanos).isPresent()
                                    ? (Double) lag.seconds(partition, nanos).getAsDouble()
                                    : null))
                    .toList();
            var observed = inPartitions.stream().allMatch(partition -> partition.records() != null);
            var known = inPartitions.stream().allMatch(partition -> partition.seconds() != null);
            samples.add(new LagSample(
                    reader.shortened(topic),
                    observed ? (Long) (long) lag.records(topic) : null,
                    known ? (Double) lag.seconds(topic, nanos) : null,
                    history.produced(read, TREND_OVER),
                    history.consumed(id, read, TREND_OVER),
                    inPartitions));
        });
        return samples;
    }

    private List<ChannelSample> channels(Map<TopicPartition, Long> ends) {
        var channels = new ArrayList<ChannelSample>();
        byTopic(partitions)
                .forEach((topic, all) -> channels.add(new ChannelSample(
                        reader.shortened(topic),
                        all.size(),
                        all.stream()
                                .mapToLong(partition -> ends.getOrDefault(partition, 0L))
                                .sum(),
                        history.produced(all, RATE_OVER))));
        return channels;
    }

    /** Topics that a group has committed in, is assigned, or reads by the catalogue. */
    private Set<String> topicsOf(GroupListing group, Map<String, Map<TopicPartition, Long>> committed) {
        var read = new TreeSet<String>();
        committed.getOrDefault(group.groupId(), Map.of()).keySet().forEach(partition -> read.add(partition.topic()));
        var description = described.get(group.groupId());
        if (description != null) {
            description
                    .members()
                    .forEach(member -> member.partitions().keySet().forEach(channel -> read.add(prefix + channel)));
        }
        var parts = GENERATION.matcher(reader.shortened(group.groupId()));
        if (parts.matches()) {
            read.addAll(channelsOfConsumers.getOrDefault(parts.group(1), Set.of()));
        }
        return read;
    }

    private List<TopicPartition> partitionsOf(Set<String> read) {
        return partitions.stream()
                .filter(partition -> read.contains(partition.topic()))
                .toList();
    }

    private static Map<String, List<TopicPartition>> byTopic(Collection<TopicPartition> partitions) {
        var byTopic = new TreeMap<String, List<TopicPartition>>();
        partitions.stream()
                .sorted((one, other) -> Integer.compare(one.partition(), other.partition()))
                .forEach(partition -> byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                        .add(partition));
        return byTopic;
    }
}

package millrace.console.replay;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import millrace.console.Deployment;
import millrace.console.http.ConsoleException;
import millrace.events.Catalogue;
import millrace.events.Generation.LiveGeneration;
import millrace.events.GenerationNames;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** How far the generations of a consumer have read, by the offsets that their groups have committed. */
final class GenerationProgress {
    /** Time over which a rate is measured. */
    private static final long RATE_OVER_NANOS = 10_000_000_000L;

    private static final int MOST_GENERATIONS = 6;

    private final Deployment deployment;
    private final GenerationRecords records;
    private final Map<String, Deque<Position>> positions = new HashMap<>();

    GenerationProgress(Deployment deployment, GenerationRecords records) {
        this.deployment = deployment;
        this.records = records;
    }

    private record Position(long nanos, long read) {}

    /**
     * A generation.
     *
     * @param members processes in its group
     * @param read records of its channels that it has read, of those that the brokers still have
     * @param records that the brokers have
     * @param rate records a second; null before it is known
     */
    record Progress(int generation, boolean live, String group, int members, long read, long records, Double rate) {}

    /** @param at when the live generation became live; null where it is the first and there never was another */
    record Consumer(
            String name,
            int live,
            Integer successor,
            boolean fencing,
            Instant at,
            String by,
            List<String> channels,
            List<Progress> generations) {}

    synchronized List<Consumer> of(List<String> consumers) throws InterruptedException {
        var all = new ArrayList<Consumer>();
        for (var consumer : consumers) {
            all.add(of(consumer));
        }
        return all;
    }

    private Consumer of(String consumer) throws InterruptedException {
        var live =
                records.live(consumer).orElseGet(() -> new LiveGeneration(consumer, 1, null, false, null, null, null));
        var groups = new LinkedHashMap<Integer, String>();
        for (var generation : candidates(live)) {
            groups.put(generation, deployment.prefix() + consumer + new GenerationNames(generation).suffix());
        }
        var committed = committed(groups.values());
        var members = members(groups.values());
        var channels = channels(committed.get(groups.get(live.live())));
        var first = offsets(channels, OffsetSpec.earliest());
        var ends = offsets(channels, OffsetSpec.latest());
        var generations = groups.entrySet().stream()
                .filter(group -> group.getKey() == live.live()
                        || !committed.get(group.getValue()).isEmpty()
                        || members.get(group.getValue()) > 0)
                .map(group -> progress(
                        group.getKey(),
                        live,
                        group.getValue(),
                        members.get(group.getValue()),
                        committed.get(group.getValue()),
                        first,
                        ends))
                .toList();
        return new Consumer(
                consumer,
                live.live(),
                live.successor(),
                live.fencing(),
                live.at(),
                live.by(),
                channels.stream()
                        .map(partition ->
                                partition.topic().substring(deployment.prefix().length()))
                        .distinct()
                        .sorted()
                        .toList(),
                generations);
    }

    /** Generations that may be there: the live one, its neighbours, and those of receipts. */
    private Set<Integer> candidates(LiveGeneration live) throws InterruptedException {
        var some = new TreeSet<Integer>();
        records.receipts().stream()
                .filter(receipt -> receipt.consumer().equals(live.consumer()) && receipt.generation() > 0)
                .limit(MOST_GENERATIONS)
                .forEach(receipt -> some.add(receipt.generation()));
        some.add(live.live());
        some.add(live.live() + 1);
        if (live.live() > 1) {
            some.add(live.live() - 1);
        }
        if (live.successor() != null) {
            some.add(live.successor());
        }
        return some;
    }

    private Progress progress(
            int generation,
            LiveGeneration live,
            String group,
            int members,
            Map<TopicPartition, Long> committed,
            Map<TopicPartition, Long> first,
            Map<TopicPartition, Long> ends) {
        var read = 0L;
        var all = 0L;
        for (var end : ends.entrySet()) {
            var begin = first.getOrDefault(end.getKey(), 0L);
            read += Math.max(0, Math.min(end.getValue(), committed.getOrDefault(end.getKey(), begin)) - begin);
            all += end.getValue() - begin;
        }
        var sum = committed.entrySet().stream()
                .filter(position -> ends.containsKey(position.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        return new Progress(generation, generation == live.live(), group, members, read, all, rate(group, sum));
    }

    /** Records a second since the oldest position that is kept; null before there are two. */
    private Double rate(String group, long read) {
        var kept = positions.computeIfAbsent(group, added -> new ArrayDeque<>());
        var now = System.nanoTime();
        if (!kept.isEmpty()
                && (kept.getLast().read() > read || now - kept.getLast().nanos() > RATE_OVER_NANOS)) {
            kept.clear(); // It has begun anew, or nobody has looked for a while.
        }
        kept.add(new Position(now, read));
        while (kept.size() > 2 && now - kept.getFirst().nanos() > RATE_OVER_NANOS) {
            kept.removeFirst();
        }
        var oldest = kept.getFirst();
        return kept.size() < 2 ? null : Math.round((read - oldest.read()) * 1e10 / (now - oldest.nanos())) / 10.0;
    }

    /** Channels that a group reads, without the topics between the steps of a Kafka Streams job. */
    private Set<TopicPartition> channels(Map<TopicPartition, Long> committed) {
        var known = Catalogue.channels().stream()
                .map(channel -> deployment.topic(channel.name()))
                .collect(Collectors.toSet());
        return committed.keySet().stream()
                .filter(partition -> known.contains(partition.topic()))
                .collect(Collectors.toSet());
    }

    private Map<String, Map<TopicPartition, Long>> committed(Collection<String> groups) throws InterruptedException {
        var asked = groups.stream()
                .collect(Collectors.toMap(Function.identity(), group -> new ListConsumerGroupOffsetsSpec()));
        var answers = deployment.admin().listConsumerGroupOffsets(asked);
        var committed = new HashMap<String, Map<TopicPartition, Long>>();
        for (var group : groups) {
            var offsets = new HashMap<TopicPartition, Long>();
            var answer = answer(answers.partitionsToOffsetAndMetadata(group), GroupIdNotFoundException.class);
            if (answer != null) {
                answer.forEach((partition, position) -> {
                    if (position != null) {
                        offsets.put(partition, position.offset());
                    }
                });
            }
            committed.put(group, offsets);
        }
        return committed;
    }

    private Map<String, Integer> members(Collection<String> groups) throws InterruptedException {
        var answers = deployment.admin().describeConsumerGroups(groups).describedGroups();
        var members = new HashMap<String, Integer>();
        for (var group : groups) {
            var answer = answer(answers.get(group), GroupIdNotFoundException.class);
            members.put(group, answer == null ? 0 : answer.members().size());
        }
        return members;
    }

    private Map<TopicPartition, Long> offsets(Set<TopicPartition> partitions, OffsetSpec which)
            throws InterruptedException {
        var asked = partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> which));
        var answers = deployment.admin().listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED));
        var offsets = new HashMap<TopicPartition, Long>();
        for (var partition : partitions) {
            var answer = answer(answers.partitionResult(partition), UnknownTopicOrPartitionException.class);
            if (answer != null) {
                offsets.put(partition, answer.offset());
            }
        }
        return offsets;
    }

    /** Returns null for a failure of that kind. */
    private static <T> T answer(KafkaFuture<T> future, Class<? extends Throwable> nothing) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (nothing.isInstance(e.getCause())) {
                return null;
            }
            throw new ConsoleException(
                    503, "The brokers do not answer: " + e.getCause().getMessage(), e);
        }
    }
}

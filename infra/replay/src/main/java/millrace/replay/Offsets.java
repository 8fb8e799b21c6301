package millrace.replay;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** How far channels and groups are. Names of channels and groups are without the platform's prefix. */
final class Offsets implements AutoCloseable {
    /** What a job of Kafka Streams has on its way from one of its steps to another is no channel. */
    static final String INTERNAL = "-repartition";

    private static final Duration MEMBERS_LEAVE_WITHIN = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final Site site;
    private final Broker broker;

    Offsets(Site site) {
        this.site = site;
        this.broker = new Broker(site.settings().kafka());
    }

    /** Of the first record that each partition still has, or would have. */
    Map<TopicPartition, Long> first(Collection<String> channels) {
        return offsets(channels, OffsetSpec.earliest());
    }

    /** After the last. */
    Map<TopicPartition, Long> end(Collection<String> channels) {
        return offsets(channels, OffsetSpec.latest());
    }

    /** Of the first record that was written then or later; the end where there is none. */
    Map<TopicPartition, Long> at(Collection<String> channels, Instant time) {
        var offsets = Site.copy(end(channels));
        offsets(channels, OffsetSpec.forTimestamp(time.toEpochMilli())).forEach((place, offset) -> {
            if (offset >= 0) {
                offsets.put(place, offset);
            }
        });
        return offsets;
    }

    /** What the group has read; without the partitions of which it has read nothing. */
    Map<TopicPartition, Long> committed(String group) {
        var offsets = all(group);
        offsets.keySet().removeIf(place -> place.topic().endsWith(INTERNAL));
        return offsets;
    }

    /** The same of what the group has on its way from one of its own steps to another. */
    Map<TopicPartition, Long> underway(String group) {
        var offsets = all(group);
        offsets.keySet().removeIf(place -> !place.topic().endsWith(INTERNAL));
        return offsets;
    }

    /** The same for all partitions of the channels: where the group goes on, or begins. */
    Map<TopicPartition, Long> next(String group, Collection<String> channels) {
        var next = Site.copy(first(channels));
        committed(group)
                .forEach((place, offset) -> next.computeIfPresent(place, (same, first) -> Math.max(first, offset)));
        return next;
    }

    /** Records of the channels that the group has yet to read. */
    long lag(String group, Collection<String> channels) {
        var next = next(group, channels);
        return end(channels).entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - next.get(end.getKey())))
                .sum();
    }

    /** Whether no process is in the group. */
    boolean isEmpty(String group) {
        return broker.answer(
                members(group).thenApply(count -> count == 0), Map.of(GroupIdNotFoundException.class, true));
    }

    /** Whether the platform lets this application have that group. */
    boolean mayUse(String group) {
        return broker.answer(
                members(group).thenApply(count -> true),
                Map.of(GroupIdNotFoundException.class, true, AuthorizationException.class, false));
    }

    /**
     * Whether no process is in the group a minute from now at the latest: one that was ended without a word, as Kafka Streams
     * ends, is a member until its session is over.
     */
    boolean empties(String group) {
        var end = Instant.now().plus(MEMBERS_LEAVE_WITHIN);
        while (!isEmpty(group)) {
            if (Instant.now().isAfter(end)) {
                return false;
            }
            Pause.of(LOOK_EVERY);
        }
        return true;
    }

    /** The group, which is empty, goes on from there. */
    void move(String group, Map<TopicPartition, Long> offsets) {
        broker.answer(broker.admin()
                .alterConsumerGroupOffsets(
                        site.prefixed(group),
                        offsets.entrySet().stream()
                                .collect(toMap(Map.Entry::getKey, offset -> new OffsetAndMetadata(offset.getValue()))))
                .all());
    }

    /** Removes the group, if there is one. */
    void forget(String group) {
        if (!empties(group)) {
            throw new CannotReplay("A process is still in the group " + group + ": stop it first.");
        }
        broker.answer(
                broker.admin()
                        .deleteConsumerGroups(List.of(site.prefixed(group)))
                        .all()
                        .thenApply(gone -> true),
                Map.of(GroupIdNotFoundException.class, true));
    }

    @Override
    public void close() {
        broker.close();
    }

    private Map<TopicPartition, Long> all(String group) {
        var offsets = new TreeMap<TopicPartition, Long>(Site.PLACES);
        broker.answer(
                        broker.admin()
                                .listConsumerGroupOffsets(site.prefixed(group))
                                .partitionsToOffsetAndMetadata(),
                        Map.of(GroupIdNotFoundException.class, Map.<TopicPartition, OffsetAndMetadata>of()))
                .forEach((place, offset) ->
                        Optional.ofNullable(offset).ifPresent(known -> offsets.put(place, known.offset())));
        return offsets;
    }

    private KafkaFuture<Integer> members(String group) {
        return broker.admin()
                .describeConsumerGroups(List.of(site.prefixed(group)))
                .describedGroups()
                .get(site.prefixed(group))
                .thenApply(described -> described.members().size());
    }

    private Map<TopicPartition, Long> offsets(Collection<String> channels, OffsetSpec which) {
        var places = channels.stream()
                .flatMap(channel -> site.places(channel))
                .collect(toMap(Function.identity(), place -> which));
        var offsets = new TreeMap<TopicPartition, Long>(Site.PLACES);
        broker.answer(broker.admin().listOffsets(places).all())
                .forEach((place, offset) -> offsets.put(place, offset.offset()));
        return offsets;
    }
}

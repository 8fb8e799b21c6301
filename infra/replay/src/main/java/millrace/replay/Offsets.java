package millrace.replay;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;

/** How far channels and groups are. Names of channels and groups are without the platform's prefix. */
final class Offsets implements AutoCloseable {
    private static final Map<String, Object> ANSWER_WITHIN =
            Map.of("default.api.timeout.ms", 20_000, "request.timeout.ms", 10_000);

    /** What a job of Kafka Streams has on its way from one of its steps to another is no channel. */
    private static final String INTERNAL = "-repartition";

    private final Site site;
    private final Admin admin;

    Offsets(Site site) {
        this.site = site;
        var client = new HashMap<String, Object>(site.settings().kafka());
        client.putAll(ANSWER_WITHIN);
        this.admin = Admin.create(client);
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
        var offsets = new TreeMap<TopicPartition, Long>(Site.PLACES);
        try {
            admin.listConsumerGroupOffsets(site.prefixed(group))
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((place, offset) -> Optional.ofNullable(offset)
                            .filter(known -> !place.topic().endsWith(INTERNAL))
                            .ifPresent(known -> offsets.put(place, known.offset())));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw failed(e);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return offsets;
    }

    /** Records of the channels that the group has yet to read. */
    long lag(String group, Collection<String> channels) {
        var committed = committed(group);
        var first = first(channels);
        return end(channels).entrySet().stream()
                .mapToLong(end ->
                        end.getValue() - Math.max(first.get(end.getKey()), committed.getOrDefault(end.getKey(), 0L)))
                .map(lag -> Math.max(0, lag))
                .sum();
    }

    /** Whether no process is in the group. */
    boolean isEmpty(String group) {
        try {
            return admin.describeConsumerGroups(List.of(site.prefixed(group)))
                    .describedGroups()
                    .get(site.prefixed(group))
                    .get()
                    .members()
                    .isEmpty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return true;
            }
            throw failed(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The group, which is empty, goes on from there. */
    void move(String group, Map<TopicPartition, Long> offsets) {
        answer(admin.alterConsumerGroupOffsets(
                        site.prefixed(group),
                        offsets.entrySet().stream()
                                .collect(toMap(Map.Entry::getKey, offset -> new OffsetAndMetadata(offset.getValue()))))
                .all());
    }

    /** Removes the group, if there is one. */
    void forget(String group) {
        try {
            admin.deleteConsumerGroups(List.of(site.prefixed(group))).all().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupNotEmptyException) {
                throw new CannotReplay("A process is still in the group " + group + ": stop it first.", e);
            }
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw failed(e);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }

    private Map<TopicPartition, Long> offsets(Collection<String> channels, OffsetSpec which) {
        var places = channels.stream()
                .flatMap(channel -> site.places(channel))
                .collect(toMap(Function.identity(), place -> which));
        var offsets = new TreeMap<TopicPartition, Long>(Site.PLACES);
        answer(admin.listOffsets(places).all()).forEach((place, offset) -> offsets.put(place, offset.offset()));
        return offsets;
    }

    private <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private CannotReplay failed(ExecutionException e) {
        return new CannotReplay(
                "Kafka at %s does not answer as expected: %s"
                        .formatted(
                                site.settings().kafka().get("bootstrap.servers"),
                                e.getCause().getMessage()),
                e);
    }

    private static CannotReplay interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new CannotReplay("It was interrupted.", e);
    }
}

package millrace.audit.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Counts of the records on the channels themselves. */
final class ChannelCounts {
    private final Map<ChannelMinute, Minute> minutes = new HashMap<>();
    private final Set<ChannelMinute> cutOff = new HashSet<>();

    /** Counts of one channel and minute. */
    static final class Minute {
        long records;
        /** Dead letters that Kafka Streams wrote for a reader, by its name. */
        final Map<String, Dead> dead = new HashMap<>();
        /** Last offset by partition. */
        final Map<Integer, Long> last = new HashMap<>();

        Dead dead(String reader) {
            return dead.getOrDefault(reader, Dead.NONE);
        }
    }

    /**
     * Records of which there is a dead letter.
     *
     * @param afterCounted those of them that the reader had counted as applied before a later step failed
     */
    record Dead(long records, long afterCounted) {
        static final Dead NONE = new Dead(0, 0);

        private Dead plus(boolean countedBefore) {
            return new Dead(records + 1, afterCounted + (countedBefore ? 1 : 0));
        }
    }

    static ChannelCounts read(ChannelScan scan, LedgerQuery query, Map<String, FrameworkDeadLetters> deadLetters) {
        var channels = new ChannelCounts();
        var first = new HashMap<TopicPartition, Instant>();
        var cut = scan.read(query.names(), query.from(), query.to(), record -> {
            var minute = LedgerQuery.minute(Instant.ofEpochMilli(record.timestamp()));
            first.putIfAbsent(new TopicPartition(record.topic(), record.partition()), minute);
            if (query.holds(minute)) {
                channels.add(new ChannelMinute(scan.channel(record.topic()), minute), record, deadLetters);
            }
        });
        for (var partition : cut) {
            var end = first.getOrDefault(partition, query.to());
            for (var minute = query.from(); !minute.isAfter(end); minute = minute.plusSeconds(60)) {
                channels.cutOff.add(new ChannelMinute(scan.channel(partition.topic()), minute));
            }
        }
        return channels;
    }

    Minute minute(ChannelMinute key) {
        return minutes.getOrDefault(key, new Minute());
    }

    Collection<ChannelMinute> channelMinutes() {
        return minutes.keySet();
    }

    /** True if retention has removed records of the minute, or may have: the count is then unknown. */
    boolean isCutOff(ChannelMinute key) {
        return cutOff.contains(key);
    }

    private void add(
            ChannelMinute key, ConsumerRecord<byte[], byte[]> record, Map<String, FrameworkDeadLetters> deadLetters) {
        var minute = minutes.computeIfAbsent(key, added -> new Minute());
        minute.records++;
        minute.last.merge(record.partition(), record.offset(), Math::max);
        deadLetters.forEach((reader, letters) -> letters.about(key.channel(), record.partition(), record.offset())
                .ifPresent(countedBefore ->
                        minute.dead.put(reader, minute.dead(reader).plus(countedBefore))));
    }
}

package millrace.audit.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import millrace.events.CloudEvents;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Counts of the records on the channels. */
final class ChannelBook {
    private static final String BACK_OFFICE = "back-office";

    private final Map<ChannelMinute, Minute> minutes = new HashMap<>();
    private final Set<ChannelMinute> cutOff = new HashSet<>();

    /** Counts of one channel and minute. */
    static final class Minute {
        long records;
        /** Records that orders-service wrote for the back office; included in {@link #records}. */
        long backOffice;
        /** Records that analytics dead-lettered; included in {@link #records}. */
        long dead;
        /** Dead letters that analytics had counted before; included in {@link #dead}. */
        long deadAfterCounted;
        /** Last offset by partition. */
        final Map<Integer, Long> last = new HashMap<>();
    }

    static ChannelBook read(ChannelScan scan, LedgerQuery query, AnalyticsDeadLetters deadLetters) {
        var channels = new ChannelBook();
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

    private void add(ChannelMinute key, ConsumerRecord<byte[], byte[]> record, AnalyticsDeadLetters deadLetters) {
        var minute = minutes.computeIfAbsent(key, added -> new Minute());
        minute.records++;
        minute.backOffice += isBackOffice(record) ? 1 : 0;
        minute.last.merge(record.partition(), record.offset(), Math::max);
        deadLetters.about(key.channel(), record.partition(), record.offset()).ifPresent(countedBefore -> {
            minute.dead++;
            minute.deadAfterCounted += countedBefore ? 1 : 0;
        });
    }

    /** Every record of the edge has a {@code traceparent}; those that the outbox writes for the back office have none. */
    private static boolean isBackOffice(ConsumerRecord<byte[], byte[]> record) {
        return BACK_OFFICE.equals(CloudEvents.text(record.headers(), CloudEvents.SOURCE))
                && CloudEvents.text(record.headers(), CloudEvents.TRACEPARENT) == null;
    }
}

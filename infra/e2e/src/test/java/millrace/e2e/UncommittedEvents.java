package millrace.e2e;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import millrace.events.SourcedEvent;

/**
 * Counts events with ids that analytics has stored but not committed, directly after one of its processes was killed.
 */
final class UncommittedEvents {
    private UncommittedEvents() {}

    /**
     * Counts them in the partitions of the killed process, which make no progress until another process takes them
     * over.
     */
    static <E extends SourcedEvent> long of(ChannelProbe analytics, millrace.events.Channel<String, E> channel)
            throws ExecutionException, InterruptedException {
        var done = analytics.committedOffsets(channel);
        var ids = new HashMap<Integer, Long>();
        for (var id : analytics.records("analytics-" + channel.name() + "-seen-changelog")) {
            if (id.value() != null) {
                ids.merge(id.partition(), 1L, Long::sum);
            }
        }
        committed(analytics, channel, done).forEach((partition, events) -> ids.merge(partition, -events, Long::sum));
        var after = analytics.committedOffsets(channel);
        return ids.entrySet().stream()
                .filter(partition -> done.containsKey(partition.getKey()))
                .filter(partition -> done.get(partition.getKey()).equals(after.get(partition.getKey())))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Number of distinct committed events by partition. */
    private static <E extends SourcedEvent> Map<Integer, Long> committed(
            ChannelProbe analytics, millrace.events.Channel<String, E> channel, Map<Integer, Long> done) {
        var events = new HashMap<Integer, Long>();
        Set<String> known = new HashSet<>();
        for (var record : analytics.records(channel.name())) {
            var event = channel.value().deserializer().deserialize(channel.name(), record.value());
            if (record.offset() < done.getOrDefault(record.partition(), 0L)
                    && known.add(event.source() + ' ' + event.eventId())) {
                events.merge(record.partition(), 1L, Long::sum);
            }
        }
        return events;
    }
}

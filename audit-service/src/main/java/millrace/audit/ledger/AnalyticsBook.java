package millrace.audit.ledger;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import millrace.events.Counted.AnalyticsCounted;

/** The counts that analytics reports, and how far it has read. It takes one job, because another job counts all records again. */
final class AnalyticsBook {
    private final String job;
    private final Map<ChannelMinute, Map<Integer, AnalyticsCounted>> counts = new HashMap<>();
    private final Map<String, Long> next = new HashMap<>();

    AnalyticsBook(String job) {
        this.job = job;
    }

    void add(AnalyticsCounted counted) {
        if (counted.job().equals(job)) {
            counts.computeIfAbsent(new ChannelMinute(counted.channel(), counted.minute()), added -> new HashMap<>())
                    .put(counted.partition(), counted);
            next.merge(partition(counted.channel(), counted.partition()), counted.nextOffset(), Math::max);
        }
    }

    Collection<ChannelMinute> channelMinutes() {
        return counts.keySet();
    }

    long sum(ChannelMinute key, ToLongFunction<AnalyticsCounted> number) {
        return counts.getOrDefault(key, Map.of()).values().stream()
                .mapToLong(number)
                .sum();
    }

    /** A sentence about a partition that analytics has not read up to these offsets; empty if there is none. */
    Optional<String> behind(String channel, Map<Integer, Long> last) {
        return last.entrySet().stream()
                .filter(offset -> next.getOrDefault(partition(channel, offset.getKey()), 0L) <= offset.getValue())
                .map(offset -> "analytics has not reported %s up to offset %d"
                        .formatted(partition(channel, offset.getKey()), offset.getValue()))
                .findFirst();
    }

    private static String partition(String channel, int number) {
        return channel + "-" + number;
    }
}

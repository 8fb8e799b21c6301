package millrace.audit.ledger;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import millrace.events.Counted.AnalyticsCounted;

/** What analytics says became of the records, and how far it has read. Of one job: another reads all of them again. */
final class AnalyticsBook {
    private final String job;
    private final Map<Place, Map<Integer, AnalyticsCounted>> counts = new HashMap<>();
    private final Map<String, Long> next = new HashMap<>();

    AnalyticsBook(String job) {
        this.job = job;
    }

    void add(AnalyticsCounted counted) {
        if (counted.job().equals(job)) {
            counts.computeIfAbsent(new Place(counted.channel(), counted.minute()), added -> new HashMap<>())
                    .put(counted.partition(), counted);
            next.merge(partition(counted.channel(), counted.partition()), counted.nextOffset(), Math::max);
        }
    }

    Collection<Place> places() {
        return counts.keySet();
    }

    long sum(Place place, ToLongFunction<AnalyticsCounted> number) {
        return counts.getOrDefault(place, Map.of()).values().stream()
                .mapToLong(number)
                .sum();
    }

    /** A partition that it has not read as far as these offsets. */
    Optional<String> behind(String channel, Map<Integer, Long> last) {
        return last.entrySet().stream()
                .filter(offset -> next.getOrDefault(partition(channel, offset.getKey()), 0L) <= offset.getValue())
                .map(offset -> "analytics has not told of %s up to offset %d"
                        .formatted(partition(channel, offset.getKey()), offset.getValue()))
                .findFirst();
    }

    private static String partition(String channel, int number) {
        return channel + "-" + number;
    }
}

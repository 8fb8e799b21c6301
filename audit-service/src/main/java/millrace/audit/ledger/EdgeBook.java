package millrace.audit.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import millrace.events.Counted.EdgeCounted;
import millrace.events.Counted.EdgeReported;

/**
 * What the processes of the edge say they wrote. Each says so every 5 s while it lives, and for the last time when it
 * ends; one that is silent without that was killed, and what it wrote around then is not known.
 */
final class EdgeBook {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** Six reports were missed. */
    private static final Duration SILENT = Duration.ofSeconds(30);
    /** From the time that a request is accepted to the acknowledgement of its records. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(15);

    private final Map<Place, Map<String, EdgeCounted>> counts = new HashMap<>();
    private final Map<String, EdgeReported> reports = new HashMap<>();

    void add(EdgeCounted counted) {
        counts.computeIfAbsent(new Place(counted.channel(), counted.minute()), added -> new HashMap<>())
                .put(counted.instance(), counted);
    }

    void add(EdgeReported report) {
        reports.put(report.instance(), report);
    }

    Collection<Place> places() {
        return counts.keySet();
    }

    long acknowledged(Place place) {
        return at(place).mapToLong(EdgeCounted::acknowledged).sum();
    }

    /** Written or not: nobody answered. */
    long unsure(Place place) {
        return at(place).mapToLong(EdgeCounted::unsure).sum();
    }

    /** A process that lives and has not yet said all about the minute. */
    Optional<String> expected(Instant minute, Instant now) {
        var told = minute.plus(MINUTE).plus(ON_ITS_WAY);
        return reports.values().stream()
                .filter(report -> !report.ended() && !isSilent(report, now))
                .filter(report -> report.at().isBefore(told))
                .map(report ->
                        "instance %s of the edge has reported up to %s".formatted(report.instance(), report.at()))
                .findFirst();
    }

    /** Processes that were killed when they had not yet said all about the minute. */
    Set<String> lost(Instant minute, Instant now) {
        var lost = new HashSet<String>();
        for (var report : reports.values()) {
            var from = Question.minute(report.at().minus(ON_ITS_WAY));
            var to = report.at().plus(SILENT);
            if (!report.ended() && isSilent(report, now) && !minute.isBefore(from) && minute.isBefore(to)) {
                lost.add(report.instance());
            }
        }
        return lost;
    }

    private static boolean isSilent(EdgeReported report, Instant now) {
        return report.at().isBefore(now.minus(SILENT));
    }

    private Stream<EdgeCounted> at(Place place) {
        return counts.getOrDefault(place, Map.of()).values().stream();
    }
}

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
 * The counts that the processes of the edge report: every 5 s, and once more at their end. A process that is silent without
 * that last report was killed, and its counts of that time are unknown.
 */
final class EdgeBook {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** A process is silent after six missing reports. */
    private static final Duration SILENT = Duration.ofSeconds(30);
    /** Longest time from the acceptance of a request to the acknowledgement of its records. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(15);

    private final Map<ChannelMinute, Map<String, EdgeCounted>> counts = new HashMap<>();
    private final Map<String, EdgeReported> reports = new HashMap<>();

    void add(EdgeCounted counted) {
        counts.computeIfAbsent(new ChannelMinute(counted.channel(), counted.minute()), added -> new HashMap<>())
                .put(counted.instance(), counted);
    }

    void add(EdgeReported report) {
        reports.put(report.instance(), report);
    }

    Collection<ChannelMinute> channelMinutes() {
        return counts.keySet();
    }

    long acknowledged(ChannelMinute key) {
        return at(key).mapToLong(EdgeCounted::acknowledged).sum();
    }

    /** Records without an answer of the broker: written or not. */
    long unsure(ChannelMinute key) {
        return at(key).mapToLong(EdgeCounted::unsure).sum();
    }

    /** A sentence about a live process whose report of the minute is not complete; empty if there is none. */
    Optional<String> expected(Instant minute, Instant now) {
        var complete = minute.plus(MINUTE).plus(ON_ITS_WAY);
        return reports.values().stream()
                .filter(report -> !report.ended() && !isSilent(report, now))
                .filter(report -> report.at().isBefore(complete))
                .map(report ->
                        "instance %s of the edge has reported up to %s".formatted(report.instance(), report.at()))
                .findFirst();
    }

    /** Processes that were killed before their report of the minute was complete. */
    Set<String> lost(Instant minute, Instant now) {
        var lost = new HashSet<String>();
        for (var report : reports.values()) {
            var from = LedgerQuery.minute(report.at().minus(ON_ITS_WAY));
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

    private Stream<EdgeCounted> at(ChannelMinute key) {
        return counts.getOrDefault(key, Map.of()).values().stream();
    }
}

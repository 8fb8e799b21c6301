package millrace.console.consumers;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.console.cluster.KafkaSample;
import millrace.console.cluster.KafkaSample.GroupSample;
import millrace.console.consumers.GroupHistory.Columns;
import millrace.console.consumers.GroupHistory.Rebalance;

/** The last ten minutes of all groups, as far as pages have listened; 50 groups at most, in memory only. */
final class ConsumerHistory {
    static final Duration KEPT = Duration.ofMinutes(10);
    static final int MOST_GROUPS = 50;

    private static final Duration TREND_OVER = Duration.ofSeconds(10);
    private static final int PARTS = 60;

    private final Map<String, GroupHistory> groups = new LinkedHashMap<>();
    private Instant since;
    private Instant latest;

    /**
     * A group in the list.
     *
     * @param keepsUp whether its lag was 0 in the last 10 s
     * @param lately largest lag in each 10 s of the last ten minutes, oldest first
     * @param rebalances times of those of the last ten minutes, in milliseconds since 1970
     */
    record Summary(
            String name,
            String consumer,
            String suffix,
            boolean known,
            String type,
            String state,
            int members,
            Long records,
            Double seconds,
            Double growthPerSecond,
            Double caughtUpInSeconds,
            boolean keepsUp,
            List<Long> lately,
            List<Long> rebalances,
            Rebalance lastRebalance) {}

    /**
     * All groups.
     *
     * @param since first sample that is in memory
     * @param omitted number of groups beyond the limit
     */
    record Overview(Instant at, Instant since, int omitted, List<Summary> groups) {}

    /** Adds a sample, and says how the groups are. */
    synchronized Overview add(KafkaSample sample) {
        var isFirst = latest == null || Duration.between(latest, sample.at()).compareTo(KEPT) > 0;
        if (isFirst) {
            groups.clear();
            since = sample.at();
        }
        var summaries = new ArrayList<Summary>();
        var isNew = latest == null || sample.at().isAfter(latest);
        for (var group : sample.groups()) {
            var history = groups.computeIfAbsent(group.name(), name -> new GroupHistory(isFirst ? null : List.of()));
            if (isNew) {
                history.add(sample.at(), group);
            }
            summaries.add(summary(sample.at(), group, history));
        }
        if (isNew) {
            latest = sample.at();
            forget(sample);
        }
        return new Overview(sample.at(), earliest(sample.at()), sample.omitted(), summaries);
    }

    /** Samples of a group; empty if the group is unknown. */
    synchronized Optional<Columns> columns(String group) {
        return Optional.ofNullable(groups.get(group)).map(history -> history.columns(latest.minus(KEPT)));
    }

    /** Rebalances of a group that were seen, oldest first. */
    synchronized List<Rebalance> rebalances(String group) {
        var history = groups.get(group);
        return history == null ? List.of() : history.rebalances();
    }

    private Instant earliest(Instant at) {
        return since.isBefore(at.minus(KEPT)) ? at.minus(KEPT) : since;
    }

    private Summary summary(Instant at, GroupSample group, GroupHistory history) {
        var total = GroupLagTotal.of(group);
        var rebalances = history.rebalances();
        return new Summary(
                group.name(),
                group.consumer(),
                group.suffix(),
                group.known(),
                group.type(),
                group.state(),
                group.members().size(),
                total.records(),
                total.seconds(),
                total.growthPerSecond(),
                total.caughtUpInSeconds(),
                history.wasCaughtUpSince(at.minus(TREND_OVER)),
                history.largest(at, KEPT.dividedBy(PARTS), PARTS),
                rebalances.stream()
                        .filter(rebalance -> rebalance.at().isAfter(at.minus(KEPT)))
                        .map(rebalance -> rebalance.at().toEpochMilli())
                        .toList(),
                rebalances.isEmpty() ? null : rebalances.getLast());
    }

    /** A group that is gone keeps its history while there is room, because it may come back. */
    private void forget(KafkaSample sample) {
        var present = sample.groups().stream().map(GroupSample::name).toList();
        var gone = new ArrayList<>(groups.keySet());
        gone.removeAll(present);
        gone.forEach(name -> groups.get(name).absent(sample.at()));
        for (var name : gone) {
            if (groups.size() > MOST_GROUPS) {
                groups.remove(name);
            }
        }
    }
}

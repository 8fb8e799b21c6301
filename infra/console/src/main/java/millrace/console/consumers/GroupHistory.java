package millrace.console.consumers;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import millrace.console.cluster.KafkaSample.GroupSample;
import millrace.console.cluster.KafkaSample.MemberSample;

/**
 * Lag and rebalances of one group, as samples have shown them: 600 samples and 50 rebalances at most, the oldest make
 * room. A rebalance between two samples that has changed nothing is not seen. Not for several threads.
 */
final class GroupHistory {
    static final int MOST_SAMPLES = 600;
    static final int MOST_REBALANCES = 50;

    /** Two samples that are further apart have a gap between them, in which no page listened. */
    private static final Duration GAP = Duration.ofSeconds(5);

    /** States in which the coordinator shows all members with their partitions. */
    private static final Set<String> SETTLED = Set.of("Stable", "Empty", "Dead");

    private static final String ABSENT = "Absent";

    private final long[] times = new long[MOST_SAMPLES];
    private final long[] records = new long[MOST_SAMPLES];
    private final double[] seconds = new double[MOST_SAMPLES];
    private int first;
    private int size;

    private final Deque<Rebalance> rebalances = new ArrayDeque<>();
    private Map<String, MemberSample> members;
    private Instant observedAt;
    private Instant unsettledSince;

    /** @param members of the group before its first sample; null where nothing is known of them */
    GroupHistory(List<MemberSample> members) {
        this.members = members == null ? null : byId(members);
    }

    /**
     * A change of the members of a group, or of their partitions.
     *
     * @param at the sample that has shown it first
     * @param after the sample before, if no page listened between the two; otherwise null
     * @param tookSeconds until the group was settled, by the samples
     * @param joined names of members that were not there before
     * @param left names of members that were there before
     * @param moved number of partitions that have another owner, or have one since, or have none since
     */
    record Rebalance(
            Instant at,
            Instant after,
            long tookSeconds,
            List<String> joined,
            List<String> left,
            int moved,
            int members) {}

    /**
     * Samples by column.
     *
     * @param at milliseconds since 1970
     * @param records null where the lag was unknown
     * @param seconds null where the age was unknown
     */
    record Columns(List<Long> at, List<Long> records, List<Double> seconds) {}

    void add(Instant at, GroupSample group) {
        append(at.toEpochMilli(), GroupLagTotal.of(group));
        compare(at, group.state(), group.members());
    }

    /** The group is not in the cluster any more. */
    void absent(Instant at) {
        compare(at, ABSENT, List.of());
    }

    List<Rebalance> rebalances() {
        return List.copyOf(rebalances);
    }

    /** Whether the lag was 0 in one of the samples from then on. */
    boolean wasCaughtUpSince(Instant since) {
        for (var at = size - 1; at >= 0 && times[index(at)] >= since.toEpochMilli(); at--) {
            if (records[index(at)] == 0) {
                return true;
            }
        }
        return false;
    }

    /** All samples from then on. */
    Columns columns(Instant since) {
        var columns = new Columns(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (var at = 0; at < size; at++) {
            var index = index(at);
            if (times[index] >= since.toEpochMilli()) {
                columns.at().add(times[index]);
                columns.records().add(records[index] < 0 ? null : (Long) records[index]);
                columns.seconds().add(Double.isNaN(seconds[index]) ? null : (Double) seconds[index]);
            }
        }
        return columns;
    }

    /**
     * The largest lag in each part of the time before a moment, oldest first; null where it is unknown.
     *
     * @param parts number of parts
     */
    List<Long> largest(Instant until, Duration part, int parts) {
        var largest = new Long[parts];
        for (var at = size - 1; at >= 0; at--) {
            var index = index(at);
            var before = (int) ((until.toEpochMilli() - times[index]) / part.toMillis());
            if (before >= parts) {
                break;
            }
            var place = parts - 1 - Math.max(0, before);
            if (records[index] >= 0 && (largest[place] == null || records[index] > largest[place])) {
                largest[place] = records[index];
            }
        }
        return Arrays.asList(largest);
    }

    private int index(int at) {
        return (first + at) % MOST_SAMPLES;
    }

    private void append(long at, GroupLagTotal total) {
        if (size == MOST_SAMPLES) {
            first = (first + 1) % MOST_SAMPLES;
            size--;
        }
        var index = index(size);
        times[index] = at;
        records[index] = total.records() == null ? -1 : total.records();
        seconds[index] = total.seconds() == null ? Double.NaN : total.seconds();
        size++;
    }

    /** While a group rebalances, its coordinator shows members without partitions: the next settled state is compared. */
    private void compare(Instant at, String state, List<MemberSample> latest) {
        var before = observedAt;
        observedAt = at;
        if (!SETTLED.contains(state) && !state.equals(ABSENT)) {
            if (!state.equals("Unknown") && unsettledSince == null) {
                unsettledSince = at;
            }
            return;
        }
        var after = byId(latest);
        if (members != null && (unsettledSince != null || !assigned(after).equals(assigned(members)))) {
            var began = unsettledSince == null ? at : unsettledSince;
            var isAfterGap = before != null && Duration.between(before, at).compareTo(GAP) > 0;
            add(new Rebalance(
                    began,
                    isAfterGap ? before : null,
                    Duration.between(began, at).toSeconds(),
                    missing(after, members),
                    missing(members, after),
                    moved(members, after),
                    after.size()));
        }
        members = after;
        unsettledSince = null;
    }

    private void add(Rebalance rebalance) {
        if (rebalances.size() == MOST_REBALANCES) {
            rebalances.removeFirst();
        }
        rebalances.addLast(rebalance);
    }

    private static Map<String, MemberSample> byId(List<MemberSample> members) {
        var byId = new LinkedHashMap<String, MemberSample>();
        members.forEach(member -> byId.put(member.id(), member));
        return byId;
    }

    private static Map<String, Map<String, List<Integer>>> assigned(Map<String, MemberSample> members) {
        var assigned = new HashMap<String, Map<String, List<Integer>>>();
        members.forEach((id, member) -> assigned.put(id, member.partitions()));
        return assigned;
    }

    /** Names of those that are in the one and not in the other. */
    private static List<String> missing(Map<String, MemberSample> from, Map<String, MemberSample> in) {
        return from.values().stream()
                .filter(member -> !in.containsKey(member.id()))
                .map(MemberSample::name)
                .toList();
    }

    private static int moved(Map<String, MemberSample> before, Map<String, MemberSample> after) {
        var owners = owners(before);
        var latest = owners(after);
        var moved = 0;
        for (var owner : owners.entrySet()) {
            moved += owner.getValue().equals(latest.remove(owner.getKey())) ? 0 : 1;
        }
        return moved + latest.size();
    }

    private static Map<String, String> owners(Map<String, MemberSample> members) {
        var owners = new HashMap<String, String>();
        members.forEach((id, member) -> member.partitions()
                .forEach((channel, partitions) ->
                        partitions.forEach(partition -> owners.put(channel + "-" + partition, id))));
        return owners;
    }
}

package millrace.console.consumers;

import java.util.Objects;
import java.util.function.Function;
import millrace.console.cluster.KafkaSample.GroupSample;
import millrace.console.cluster.KafkaSample.LagSample;

/**
 * Lag of a group on all its channels together.
 *
 * @param records null if it is unknown on one of them, or if it reads none
 * @param seconds of the channel on which it is furthest behind; null if it is unknown on one of them
 * @param growthPerSecond of the records; negative where they become less, and null while it is unknown
 */
record GroupLagTotal(Long records, Double seconds, Double growthPerSecond) {
    static GroupLagTotal of(GroupSample group) {
        return new GroupLagTotal(
                all(group, LagSample::records)
                        ? (Long) group.lag().stream()
                                .mapToLong(LagSample::records)
                                .sum()
                        : null,
                all(group, LagSample::seconds)
                        ? (Double) group.lag().stream()
                                .mapToDouble(LagSample::seconds)
                                .max()
                                .orElse(0)
                        : null,
                all(group, LagSample::growthPerSecond)
                        ? (Double) group.lag().stream()
                                .mapToDouble(LagSample::growthPerSecond)
                                .sum()
                        : null);
    }

    /** Time in which the trend ends the lag: records / (consumed - produced rate); null where it does not. */
    Double caughtUpInSeconds() {
        if (records == null || records == 0) {
            return records == null ? null : (Double) 0.0;
        }
        return growthPerSecond == null || growthPerSecond >= 0 ? null : (Double) (records / -growthPerSecond);
    }

    private static boolean all(GroupSample group, Function<LagSample, ?> value) {
        return !group.lag().isEmpty() && group.lag().stream().map(value).allMatch(Objects::nonNull);
    }
}

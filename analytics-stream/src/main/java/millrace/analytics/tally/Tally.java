package millrace.analytics.tally;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.Timely;
import millrace.events.Channel;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * Counts by window and whatever else, over all partitions of one or more channels.
 *
 * <pre>counts ─▶ parts: what this partition knows ─▶ repartition ─▶ sum of the parts</pre>
 *
 * A part travels some times a second however many events there were, so moving rows to where they are added up costs
 * little; moving every event would cost a write and a read each.
 *
 * @param name of stores, steps and the repartition
 * @param counts how many a row has
 * @param distinct whether one more follows: how many different ones were counted
 * @param window length of one; null where rows never settle
 * @param place what of a row's key says where it is added up
 */
public record Tally(String name, int counts, boolean distinct, Duration window, UnaryOperator<String> place) {
    /** One channel's counts. */
    public record Source(Channel<String, ?> channel, KStream<String, Count> counts) {}

    /** Rows by hash of their whole key. */
    public static Tally of(String name, int counts, Duration window) {
        return new Tally(name, counts, false, window, UnaryOperator.identity());
    }

    /** Its last count is of different ones. */
    public Tally andDistinct() {
        return new Tally(name, counts, true, window, place);
    }

    /** Rows of one place are added up in one partition. */
    public Tally at(UnaryOperator<String> place) {
        return new Tally(name, counts, distinct, window, place);
    }

    /** Where the sums are kept: key of the row → {@link Sum}. */
    public String store() {
        return name + "-store";
    }

    /** The sums as they change. */
    public KStream<String, Change> sum(AnalyticsConfig config, Source... sources) {
        var parts = new ArrayList<KStream<String, Part>>();
        for (var source : sources) {
            var step = Named.as(partsOf(source.channel().name()));
            var clocks = Timely.clocks(source.channel().name());
            parts.add(source.counts()
                    .process(Parts.supplier(this, source.channel().name(), config), step, clocks));
        }
        return merged(parts)
                .repartition(Repartitioned.with(Serdes.String(), Part.SERDE).withName(name))
                .process(Totals.supplier(this, config), Named.as(name + "-sum"));
    }

    String partsOf(String channel) {
        return name + "-of-" + channel;
    }

    private KStream<String, Part> merged(List<KStream<String, Part>> parts) {
        return parts.stream()
                .reduce((one, other) -> one.merge(other, Named.as(name + "-merged")))
                .orElseThrow();
    }
}

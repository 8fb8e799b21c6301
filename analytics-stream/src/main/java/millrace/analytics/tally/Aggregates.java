package millrace.analytics.tally;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.Timely;
import millrace.events.Channel;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Counts for all aggregates, over all partitions of their channels.
 *
 * <pre>
 * counts of each aggregate ─▶ parts: what this partition knows ─┐
 *                                                               ├─▶ one repartition topic ─▶ sum of each aggregate's parts
 * counts of each aggregate ─▶ parts: what this partition knows ─┘
 * </pre>
 *
 * A part travels some times a second however many events there were, so moving rows to where they are added up costs
 * little; moving every event would cost a write and a read each. All aggregates share the topic, and those of a channel
 * share the store of their parts: each topic and store of its own would be a task, or a changelog, for each partition.
 */
public final class Aggregates {
    private static final String REPARTITION = "parts";

    private final AnalyticsConfig config;
    private final Map<String, StoreBuilder<?>> stores = new HashMap<>();
    private final List<KStream<String, Part>> parts = new ArrayList<>();
    private final List<Consumer<KStream<String, Part>>> sums = new ArrayList<>();

    /** One channel's counts. */
    public record Source(Channel<String, ?> channel, KStream<String, Count> counts) {}

    public Aggregates(AnalyticsConfig config) {
        this.config = config;
    }

    /**
     * Adds an aggregate.
     *
     * @param rows gets the sums as they change, once {@link #connect} is called
     */
    public void add(Tally tally, Consumer<KStream<String, Change>> rows, Source... sources) {
        for (var source : sources) {
            var channel = source.channel().name();
            var isFirst = !stores.containsKey(channel);
            var store = stores.computeIfAbsent(channel, Parts::store);
            var supplier = Parts.supplier(tally, channel, store, isFirst, config);
            var step = Named.as(tally.name() + "-of-" + channel);
            parts.add(source.counts().process(supplier, step, Timely.clocks(channel)));
        }
        var own = Named.as(tally.name() + "-parts");
        var sum = Named.as(tally.name() + "-sum");
        sums.add(all -> rows.accept(all.filter((place, part) -> part.tally().equals(tally.name()), own)
                .process(Totals.supplier(tally, config), sum)));
    }

    /** To be called when all aggregates are added. */
    public void connect() {
        var all = parts.getFirst();
        for (var number = 1; number < parts.size(); number++) {
            all = all.merge(parts.get(number), Named.as("parts-merged-" + number));
        }
        var repartitioned =
                all.repartition(Repartitioned.with(Serdes.String(), Part.SERDE).withName(REPARTITION));
        sums.forEach(sum -> sum.accept(repartitioned));
    }
}

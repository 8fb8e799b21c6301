package millrace.analytics.product;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.LetGo;
import millrace.analytics.stream.Window;
import millrace.analytics.tally.Change;
import millrace.analytics.tally.Sum;
import millrace.events.TopProducts;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/** Updates the rankings of an hour when the counts of a product change, and emits changed hours every 100 ms. */
public final class ProductRanker extends ContextualProcessor<String, Change, String, TopProducts> {
    private static final String RANKINGS = "rankings-store";
    private static final char AFTER_BAR = '|' + 1;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration EMIT_EVERY = Duration.ofMillis(100);

    private final String store;
    private final AnalyticsConfig config;
    private final Set<String> dirty = new LinkedHashSet<>();
    private TimestampedKeyValueStore<String, Ranking> rankings;
    private TimestampedKeyValueStore<String, Sum> sums;

    private ProductRanker(String store, AnalyticsConfig config) {
        this.store = store;
        this.config = config;
    }

    /** @param store of the counts, which the step is to be given */
    public static ProcessorSupplier<String, Change, String, TopProducts> supplier(
            String store, AnalyticsConfig config) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, Change, String, TopProducts> get() {
                return new ProductRanker(store, config);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                var rankings = Stores.persistentTimestampedKeyValueStore(RANKINGS);
                return Set.of(Stores.timestampedKeyValueStoreBuilder(rankings, Serdes.String(), Ranking.SERDE)
                        .withCachingEnabled());
            }
        };
    }

    @Override
    public void init(ProcessorContext<String, TopProducts> context) {
        super.init(context);
        rankings = context.getStateStore(RANKINGS);
        sums = context.getStateStore(store);
        try (var all = rankings.all()) {
            all.forEachRemaining(hour -> {
                if (!hour.value.value().emitted()) {
                    dirty.add(hour.key);
                }
            });
        }
        LetGo.schedule(context, rankings, config);
        context.schedule(EMIT_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> emitDirty());
    }

    @Override
    public void process(Record<String, Change> record) {
        var hour = Window.start(record.key()).toString();
        var known = rankings.get(hour);
        var before = known == null ? Ranking.empty(config.topProducts()) : known.value();
        var sum = record.value().after();
        var id = Window.rest(record.key());
        var again = before.most() != config.topProducts() || before.isLessIn(id, sum);
        var lists = again ? rankedAgain(hour).withOpen(before.open()) : before.with(id, sum);
        var ranking = lists.withOpen(open(sum) - open(record.value().before()));
        rankings.put(hour, ValueAndTimestamp.make(ranking, record.timestamp()));
        dirty.add(hour);
    }

    /** Ranks all products of the hour: after the length of the lists has changed, or where a row began anew. */
    private Ranking rankedAgain(String hour) {
        var ranking = Ranking.empty(config.topProducts());
        try (var products = sums.range(hour + '|', hour + AFTER_BAR)) {
            while (products.hasNext()) {
                var product = products.next();
                ranking = ranking.with(Window.rest(product.key), product.value.value());
            }
        }
        return ranking;
    }

    private static int open(Sum sum) {
        return sum == null || sum.settled() ? 0 : 1;
    }

    private void emitDirty() {
        for (var key : dirty) {
            var known = rankings.get(key);
            if (known != null) {
                var ranking = known.value();
                var hour = Instant.parse(key);
                var top = new TopProducts(
                        hour,
                        hour.plus(HOUR),
                        ranking.viewed(),
                        ranking.carted(),
                        ranking.bought(),
                        ranking.open() == 0);
                context().forward(new Record<>(key, top, known.timestamp()));
                rankings.put(key, ValueAndTimestamp.make(ranking.asEmitted(), known.timestamp()));
            }
        }
        dirty.clear();
    }
}

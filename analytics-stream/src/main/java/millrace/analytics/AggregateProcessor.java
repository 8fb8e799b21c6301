package millrace.analytics;

import java.time.Instant;
import java.util.List;
import millrace.analytics.engine.Aggregate;
import millrace.analytics.engine.FinalAggregator;
import millrace.analytics.engine.Partial;
import millrace.analytics.engine.StateTable;
import millrace.analytics.engine.TaskProcessor;
import millrace.analytics.products.ProductHistory;
import millrace.analytics.products.ProductRanker;
import millrace.analytics.products.Ranking;
import millrace.analytics.products.TrendDetector;
import millrace.events.TopProducts;
import millrace.events.TrendingProduct;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Adds up the partial counts of all aggregates, and derives rankings and trends from them. */
final class AggregateProcessor extends TaskProcessor<Partial, Object> {
    static final String STORE = "aggregates";

    static final String PAGE_VIEWS = "page-views-changed";
    static final String FUNNEL = "funnel-changed";
    static final String REVENUE = "revenue-changed";
    static final String TOP_PRODUCTS = "top-products-changed";
    static final String TRENDING = "trending-changed";

    private final AnalyticsConfig config;
    private List<FinalAggregator> all;
    private FinalAggregator topProducts;
    private FinalAggregator trending;
    private ProductRanker ranker;
    private TrendDetector trends;

    AggregateProcessor(AnalyticsConfig config) {
        super(STORE, true);
        this.config = config;
    }

    @Override
    protected void begin(ProcessorContext<String, Object> context) {
        topProducts = rows(TopProductsAggregate.SPEC, false);
        trending = rows(TrendingAggregate.SPEC, false);
        all = List.of(
                rows(PageViewsAggregate.SPEC, true),
                rows(FunnelAggregate.SPEC, true),
                rows(RevenueAggregate.SPEC, true),
                topProducts,
                trending);
        StateTable<Ranking> rankings = table(ProductRanker.RANKINGS);
        StateTable<ProductHistory> histories = table(TrendDetector.HISTORIES);
        ranker = new ProductRanker(topProducts.rows(), rankings, config.topProducts());
        trends = new TrendDetector(histories, table(TrendDetector.TRENDS));
        var ttl =
                ttl(config.shadow() ? null : config.keep()).unchanged(rankings).unchanged(histories);
        all.forEach(ttl::unchanged);
    }

    @Override
    protected void apply(Record<String, Partial> record, long offset) {
        var partial = record.value();
        for (var rows : all) {
            if (rows.counts(partial)) {
                var change = rows.add(partial, record.timestamp());
                if (change != null && rows == topProducts) {
                    ranker.changed(partial.key(), change, record.timestamp());
                } else if (change != null && rows == trending) {
                    trends.changed(partial.key(), change.after(), record.timestamp());
                }
                return;
            }
        }
        throw new IllegalArgumentException("No aggregate is called " + partial.aggregate());
    }

    @Override
    protected void emit(char table, String key, Object value, byte[] payload, long timestamp) {
        switch (value) {
            case null -> {
                if (table == TrendDetector.TRENDS.id()) {
                    forward(key, null, timestamp, TRENDING);
                }
            }
            case Ranking ranking -> forward(key, top(key, ranking), timestamp, TOP_PRODUCTS);
            case Aggregate row
            when table == PageViewsAggregate.SPEC.table() ->
                forward(key, PageViewsAggregate.row(key, row), timestamp, PAGE_VIEWS);
            case Aggregate row
            when table == FunnelAggregate.SPEC.table() ->
                forward(key, FunnelAggregate.row(key, row), timestamp, FUNNEL);
            case Aggregate row
            when table == RevenueAggregate.SPEC.table() ->
                forward(key, RevenueAggregate.row(key, row), timestamp, REVENUE);
            case TrendingProduct trend -> forward(key, trend, timestamp, TRENDING);
            default -> throw new IllegalStateException("Nothing is passed on of the table " + table);
        }
    }

    private static TopProducts top(String hour, Ranking ranking) {
        return ranking.top(Instant.parse(hour));
    }

    private void forward(String key, Object value, long timestamp, String step) {
        context().forward(new Record<>(key, value, timestamp), step);
    }
}

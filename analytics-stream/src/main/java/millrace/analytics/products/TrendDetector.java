package millrace.analytics.products;

import millrace.analytics.engine.Aggregate;
import millrace.analytics.engine.StateTable;
import millrace.analytics.engine.TableSpec;
import millrace.analytics.engine.Window;
import millrace.events.Json;
import millrace.events.TrendingProduct;

/**
 * Compares a product's latest quarter of an hour with the day before whenever its views change, and keeps the product among
 * the trends while it is trending. A trend stops at the latest when its quarter is settled: then its source is more than a day
 * ahead, and the product was not viewed again.
 */
public final class TrendDetector {
    /** Product → {@link ProductHistory}. */
    public static final TableSpec<ProductHistory> HISTORIES =
            TableSpec.of('h', "histories", ProductHistory.SERDE, 5_000);

    /** Product → its trend, while it lasts. */
    public static final TableSpec<TrendingProduct> TRENDS = TableSpec.of(
                    't', "trends", Json.serde(TrendingProduct.class), 1_000)
            .emitting(TableSpec.Emission.ROWS);

    private final StateTable<ProductHistory> histories;
    private final StateTable<TrendingProduct> trends;

    public TrendDetector(StateTable<ProductHistory> histories, StateTable<TrendingProduct> trends) {
        this.histories = histories;
        this.trends = trends;
    }

    public void changed(String key, Aggregate views, long timestamp) {
        var product = Window.rest(key);
        var known = histories.get(product);
        var history = (known == null ? ProductHistory.NONE : known)
                .with(ProductHistory.quarter(Window.start(key)), views.count(0), views.settled());
        histories.put(product, history, timestamp);
        history.lastingTrend(product)
                .ifPresentOrElse(trend -> trends.put(product, trend, timestamp), () -> trends.delete(product));
    }
}

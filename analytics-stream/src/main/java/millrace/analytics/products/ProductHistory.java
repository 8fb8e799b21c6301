package millrace.analytics.products;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import millrace.analytics.engine.Binary;
import millrace.events.TrendingProduct;
import org.apache.kafka.common.serialization.Serde;

/**
 * Views of a product in its latest quarter of an hour and in those of the day before.
 *
 * @param first number of the first quarter with a view, counted from 1970
 * @param views quarter → views
 * @param over true if the latest quarter is settled: its source is a day ahead, and the product was not viewed again
 */
public record ProductHistory(long first, SortedMap<Long, Long> views, boolean over) {
    public static final Serde<ProductHistory> SERDE = Binary.plain(
            (history, out) -> {
                out.writeLong(history.first);
                out.writeShort(history.views.size());
                for (var quarter : history.views.entrySet()) {
                    out.writeLong(quarter.getKey());
                    out.writeLong(quarter.getValue());
                }
                out.writeBoolean(history.over);
            },
            in -> {
                var first = in.readLong();
                var views = new TreeMap<Long, Long>();
                for (var left = in.readUnsignedShort(); left > 0; left--) {
                    views.put(in.readLong(), in.readLong());
                }
                return new ProductHistory(first, views, in.readBoolean());
            });

    static final ProductHistory NONE = new ProductHistory(Long.MAX_VALUE, new TreeMap<>(), false);

    private static final Duration QUARTER = Duration.ofMinutes(15);

    /** Quarters of an hour in a day. */
    private static final long HISTORY_QUARTERS = 96;

    /** A product known for less than an hour has no history to compare with. */
    private static final long MIN_HISTORY_QUARTERS = 4;

    private static final long MIN_VIEWS = 10;
    private static final double MIN_SCORE = 4;

    /** Returns the history with the current views of a quarter; quarters older than a day are dropped. */
    ProductHistory with(long quarter, long count, boolean settled) {
        var all = new TreeMap<>(views);
        all.put(quarter, count);
        return new ProductHistory(
                Math.min(first, quarter),
                new TreeMap<>(all.tailMap(all.lastKey() - HISTORY_QUARTERS)),
                quarter == all.lastKey() ? settled : over);
    }

    /** Returns the trend of the latest quarter while it lasts. */
    Optional<TrendingProduct> lastingTrend(String product) {
        return over ? Optional.empty() : trend(product);
    }

    /**
     * Returns the trend of the latest quarter, if it is one; the score is in standard deviations of a Poisson process
     * above the average before.
     */
    public Optional<TrendingProduct> trend(String product) {
        if (views.isEmpty()) {
            return Optional.empty();
        }
        var latest = views.lastKey();
        var known = Math.min(HISTORY_QUARTERS, latest - first);
        var before = views.headMap(latest).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        var average = known == 0 ? 0 : (double) before / known;
        var score = (views.get(latest) - average) / Math.sqrt(Math.max(average, 1));
        if (known < MIN_HISTORY_QUARTERS || views.get(latest) < MIN_VIEWS || score < MIN_SCORE) {
            return Optional.empty();
        }
        var start = Instant.ofEpochMilli(latest * QUARTER.toMillis());
        return Optional.of(new TrendingProduct(
                product, start, start.plus(QUARTER), views.get(latest), rounded(average), rounded(score)));
    }

    static long quarter(Instant time) {
        return Math.floorDiv(time.toEpochMilli(), QUARTER.toMillis());
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100d;
    }
}

package millrace.analytics.product;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import millrace.analytics.tally.Binary;
import millrace.events.TrendingProduct;
import org.apache.kafka.common.serialization.Serde;

/**
 * How often a product was looked at in its latest quarter of an hour and in those of the day before.
 *
 * @param first number of the first quarter it was ever looked at in, counted from 1970
 * @param views quarter → views
 */
public record Past(long first, SortedMap<Long, Long> views) {
    public static final Serde<Past> SERDE = Binary.serde(
            (past, out) -> {
                out.writeLong(past.first);
                out.writeShort(past.views.size());
                for (var quarter : past.views.entrySet()) {
                    out.writeLong(quarter.getKey());
                    out.writeLong(quarter.getValue());
                }
            },
            in -> {
                var first = in.readLong();
                var views = new TreeMap<Long, Long>();
                for (var left = in.readUnsignedShort(); left > 0; left--) {
                    views.put(in.readLong(), in.readLong());
                }
                return new Past(first, views);
            });

    static final Past NONE = new Past(Long.MAX_VALUE, new TreeMap<>());

    private static final Duration QUARTER = Duration.ofMinutes(15);

    /** A day of quarters of an hour. */
    private static final long REMEMBERED = 96;

    /** A product known for less than an hour has no past to be compared with. */
    private static final long NEEDED = 4;

    private static final long LEAST_VIEWS = 10;
    private static final double LEAST_SCORE = 4;

    /** With the views that a quarter has by now. */
    Past with(long quarter, long count) {
        var all = new TreeMap<>(views);
        all.put(quarter, count);
        return new Past(Math.min(first, quarter), new TreeMap<>(all.tailMap(all.lastKey() - REMEMBERED)));
    }

    /** A trend in the latest quarter; the score is in standard deviations of a Poisson process above the average before. */
    public Optional<TrendingProduct> trend(String product) {
        if (views.isEmpty()) {
            return Optional.empty();
        }
        var latest = views.lastKey();
        var known = Math.min(REMEMBERED, latest - first);
        var before = views.headMap(latest).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        var usual = known == 0 ? 0 : (double) before / known;
        var score = (views.get(latest) - usual) / Math.sqrt(Math.max(usual, 1));
        if (known < NEEDED || views.get(latest) < LEAST_VIEWS || score < LEAST_SCORE) {
            return Optional.empty();
        }
        var start = Instant.ofEpochMilli(latest * QUARTER.toMillis());
        return Optional.of(new TrendingProduct(
                product, start, start.plus(QUARTER), views.get(latest), rounded(usual), rounded(score)));
    }

    static long quarter(Instant time) {
        return Math.floorDiv(time.toEpochMilli(), QUARTER.toMillis());
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100d;
    }
}

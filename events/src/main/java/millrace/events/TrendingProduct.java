package millrace.events;

import java.time.Instant;

/**
 * A product with far more views than in its own recent past. Channel {@code trending-products}, keyed by product; a
 * tombstone ends the trend.
 *
 * @param start of its latest quarter of an hour, inclusive
 * @param end of that quarter of an hour, exclusive
 * @param views in that quarter of an hour
 * @param usual views in a quarter of an hour, on average over the day before
 * @param score number of standard deviations of a Poisson process by which its views exceed the usual
 */
public record TrendingProduct(String productId, Instant start, Instant end, long views, double usual, double score) {}

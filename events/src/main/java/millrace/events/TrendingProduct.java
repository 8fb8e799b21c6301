package millrace.events;

import java.time.Instant;

/**
 * A product that is looked at far more often than in its own recent past. Channel {@code trending-products}, keyed by
 * product; a tombstone ends the trend.
 *
 * @param start of its latest quarter of an hour, inclusive
 * @param end of the same, exclusive
 * @param views in it
 * @param usual views in a quarter of an hour, on average over the day before
 * @param score how many standard deviations of a Poisson process its views are above what is usual
 */
public record TrendingProduct(String productId, Instant start, Instant end, long views, double usual, double score) {}

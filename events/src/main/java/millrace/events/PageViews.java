package millrace.events;

import java.time.Instant;

/**
 * How often a page was viewed from {@code start} (inclusive) to {@code end} (exclusive). Channel
 * {@code page-views-per-minute}, keyed by {@code start|page}.
 *
 * @param visitors how many different ones, counted exactly to 32 for each source and partition and estimated beyond (5 %
 *     standard error)
 * @param settled nothing can change it but history of a source that was not counted in it so far
 */
public record PageViews(Instant start, Instant end, String page, long views, long visitors, boolean settled) {}

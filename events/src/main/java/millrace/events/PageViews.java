package millrace.events;

import java.time.Instant;

/**
 * Number of views of a page from {@code start} (inclusive) to {@code end} (exclusive). Channel
 * {@code page-views-per-minute}, keyed by {@code start|page}.
 *
 * @param visitors number of different visitors, counted exactly to 32 for each source and partition and estimated
 *     beyond (5 % standard error)
 * @param settled true if only the history of a source that was not counted so far can change it
 */
public record PageViews(Instant start, Instant end, String page, long views, long visitors, boolean settled) {}

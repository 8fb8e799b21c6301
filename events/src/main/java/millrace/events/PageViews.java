package millrace.events;

import java.time.Instant;

/**
 * Number of views of a page from {@code start} (inclusive) to {@code end} (exclusive). Channel
 * {@code page-views-per-minute}, keyed by {@code start|page}.
 *
 * @param visitors number of different visitors, counted exactly to 32 for each source and partition and estimated
 *     beyond (5 % standard error)
 * @param settled true if no event on time of a partition and source that has counted in it can change it. One that has not
 *     counted in it yet still can: history of another source, and a partition that the job has not read as far
 */
public record PageViews(Instant start, Instant end, String page, long views, long visitors, boolean settled) {}

package millrace.events;

import java.time.Instant;

/** How often a page was viewed from {@code start} (inclusive) to {@code end} (exclusive). Keyed by both: {@code start|page}. */
public record PageViews(Instant start, Instant end, String page, long views) {}

package millrace.events;

import java.time.Instant;

/**
 * One visit: page views of one visitor with no more than 30 minutes between them. Channel {@code visits}, keyed by
 * {@code start|source|visitor}; where a late view joins two visits, the later one ends as a tombstone.
 *
 * @param start time of the first view
 * @param end time of the last view
 * @param source the site it is a visit of: a visitor's visits to two sources are apart
 * @param entry path of the first page
 * @param exit path of the last page
 */
public record Visit(Instant start, Instant end, String source, String visitor, long views, String entry, String exit) {}

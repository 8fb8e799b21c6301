package millrace.analytics.tally;

/**
 * A row and what it was before.
 *
 * @param before {@code null} where the row is new
 */
public record Change(Sum before, Sum after) {}

package millrace.analytics.engine;

/** Says until when the job has read all records of its input. */
@FunctionalInterface
public interface ReadUntil {
    /** Earlier than any record. */
    long NOT_KNOWN = Long.MIN_VALUE / 2;

    /**
     * Returns a wall-clock time in milliseconds: what was in the input topics by then is processed and committed. {@link
     * #NOT_KNOWN} while the job is behind, or the broker does not answer. Does not block.
     *
     * @param now wall-clock time in milliseconds
     */
    long millis(long now);
}

package millrace.analytics.engine;

/** What becomes of a record that could be read. */
public enum Disposition {
    ON_TIME,
    LATE,
    DUPLICATE
}

package millrace.analytics.engine;

/**
 * What one event adds to a row.
 *
 * @param key of the row: its window's start, then what is counted by
 * @param source of the event
 * @param adds to each of the row's counts; may be negative
 * @param someone hash of whom the row counts once; 0 for nobody
 * @param correction true if it changes what the row has counted before; it does not count where the row has expired
 */
public record Count(String key, String source, long[] adds, long someone, boolean correction) {
    public static Count of(String key, String source, long... adds) {
        return new Count(key, source, adds, 0, false);
    }

    public static Count correction(String key, String source, long... adds) {
        return new Count(key, source, adds, 0, true);
    }
}

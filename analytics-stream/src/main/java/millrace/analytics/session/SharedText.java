package millrace.analytics.session;

/**
 * Short texts that many visitors have, such as sources and paths of pages: rows that are held share one of each, where every
 * click brings its own.
 */
final class SharedText {
    private static final int MOST = 4_096;
    private static final int LONGEST = 100;

    /** By hash; a text takes the place of another one. Threads may each see another text: all are equal. */
    private static final String[] KNOWN = new String[MOST];

    private SharedText() {}

    /** Returns a text that equals this one; {@code null} stays {@code null}. */
    static String of(String text) {
        if (text == null || text.length() > LONGEST) {
            return text;
        }
        var hash = text.hashCode();
        var place = (hash ^ hash >>> 12) & MOST - 1;
        var known = KNOWN[place];
        if (text.equals(known)) {
            return known;
        }
        KNOWN[place] = text;
        return text;
    }
}

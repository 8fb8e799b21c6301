package millrace.replay;

import java.util.List;

/**
 * Two generations beside each other.
 *
 * @param parts what was compared, a line for each
 * @param differences key by key, in their order
 * @param digest SHA-256 of all rows of the live generation; where all is equal, of those that both had
 * @param shadowDigest the same of the other
 */
record Comparison(List<Part> parts, List<Difference> differences, String digest, String shadowDigest) {
    /**
     * @param what for example {@code "orders"}
     * @param equal rows that both have and that are the same
     * @param moving rows that were the same at a second look: one generation was a moment ahead
     */
    record Part(String what, long equal, long moving, long different) {}

    /**
     * @param live {@code null} where the live generation has no such key; the other likewise
     * @param settled false where both went on changing it while it was looked at, which proves nothing
     */
    record Difference(String what, String key, String live, String shadow, boolean settled) {
        Difference(String what, String key, String live, String shadow) {
            this(what, key, live, shadow, true);
        }
    }

    boolean isEqual() {
        return differences.stream().noneMatch(Difference::settled);
    }
}

package millrace.generation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * Result of comparing two generations.
 *
 * @param parts counts of each table or channel
 * @param differences in the order of their keys
 * @param digest SHA-256 over all rows of the live generation; if both are equal, over their common rows
 * @param shadowDigest SHA-256 over all rows of the shadow; if both are equal, over their common rows
 */
public record GenerationComparison(
        List<Subtotal> parts, List<Difference> differences, String digest, String shadowDigest) {
    /**
     * Counts of one table or channel.
     *
     * @param what for example {@code "orders"}
     * @param equal rows that are equal in both generations
     * @param moving rows that became equal when they were checked again, because one generation was a moment ahead
     */
    public record Subtotal(String what, long equal, long moving, long different) {}

    /**
     * One key that differs.
     *
     * @param live {@code null} if the live generation has no such key
     * @param shadow {@code null} if the shadow has no such key
     * @param settled false if both generations changed the key while it was checked, which proves nothing
     */
    public record Difference(String what, String key, String live, String shadow, boolean settled) {
        public Difference(String what, String key, String live, String shadow) {
            this(what, key, live, shadow, true);
        }
    }

    @JsonIgnore
    public boolean isEqual() {
        return differences.stream().noneMatch(Difference::settled);
    }
}

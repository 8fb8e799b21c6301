package millrace.analytics.engine;

import java.util.BitSet;

/**
 * Which rows of the changelog have a later value, as far as this process knows: a bit for each row, by its place in the order in
 * which the base got them. Cleaning need not look at those. Of others it has to look whether they have.
 */
final class ReplacedRows {
    /** Bits of places before the oldest commit are taken out when there are so many. */
    private static final int FORGET_AT_ONCE = 1 << 20;

    private BitSet replaced = new BitSet();

    /** Place of the first bit. */
    private long first;

    void add(long place) {
        if (place >= first) {
            replaced.set((int) (place - first));
        }
    }

    boolean has(long place) {
        return place < first || replaced.get((int) (place - first));
    }

    /** Forgets rows that are not on the changelog any more. */
    void forgetBefore(long place) {
        if (place - first >= FORGET_AT_ONCE) {
            replaced = replaced.get((int) (place - first), Math.max(replaced.length(), (int) (place - first)));
            first = place;
        }
    }
}

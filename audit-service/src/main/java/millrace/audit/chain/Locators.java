package millrace.audit.chain;

import java.util.Arrays;
import java.util.List;

/** The first bytes of each leaf of a segment: they tell which entry is wrong where the root only tells that one is. */
public final class Locators {
    /** Eight bytes: nobody finds another entry with the same by chance, and few with a great effort. */
    public static final int LENGTH = 8;

    private Locators() {}

    public static byte[] of(List<byte[]> leaves) {
        var locators = new byte[leaves.size() * LENGTH];
        for (var i = 0; i < leaves.size(); i++) {
            System.arraycopy(leaves.get(i), 0, locators, i * LENGTH, LENGTH);
        }
        return locators;
    }

    /** Whether the leaf is the one at that place. */
    public static boolean fits(byte[] locators, int index, byte[] leaf) {
        var from = index * LENGTH;
        return from + LENGTH <= locators.length && Arrays.equals(locators, from, from + LENGTH, leaf, 0, LENGTH);
    }
}

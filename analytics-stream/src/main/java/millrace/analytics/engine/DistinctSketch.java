package millrace.analytics.engine;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How many different hashes were added, in 256 bytes at most: the hashes themselves, as tokens of 32 bits in ascending
 * order, while there are few; then an UltraLogLog of 256 registers, whose standard error is 5 % (Ertl, UltraLogLog,
 * VLDB 2024). The state is the same whatever the order in which they were added.
 */
final class DistinctSketch {
    static final byte[] NONE = {};

    private static final int PRECISION = 8;
    private static final int MOST_TOKENS = 32;

    private DistinctSketch() {}

    /** The state with one more hash in it; the state itself where it made no difference. */
    static byte[] add(byte[] state, long hash) {
        if (state.length == 1 << PRECISION) {
            return UltraLogLog.wrap(state.clone()).add(hash).getState();
        }
        var tokens = tokens(state);
        var place = Arrays.binarySearch(tokens, UltraLogLog.computeToken(hash));
        if (place >= 0) {
            return state;
        }
        return tokens.length == MOST_TOKENS
                ? sketch(tokens).add(hash).getState()
                : inserted(state, -place - 1, UltraLogLog.computeToken(hash));
    }

    static long estimate(byte[] state) {
        return state.length == 1 << PRECISION
                ? Math.round(UltraLogLog.wrap(state).getDistinctCountEstimate())
                : state.length / Integer.BYTES;
    }

    private static byte[] inserted(byte[] state, int place, int token) {
        return ByteBuffer.allocate(state.length + Integer.BYTES)
                .put(state, 0, place * Integer.BYTES)
                .putInt(token)
                .put(state, place * Integer.BYTES, state.length - place * Integer.BYTES)
                .array();
    }

    private static int[] tokens(byte[] state) {
        var tokens = new int[state.length / Integer.BYTES];
        ByteBuffer.wrap(state).asIntBuffer().get(tokens);
        return tokens;
    }

    private static UltraLogLog sketch(int[] tokens) {
        var sketch = UltraLogLog.create(PRECISION);
        for (var token : tokens) {
            sketch.addToken(token);
        }
        return sketch;
    }
}

package millrace.audit.seal;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;

/** Compares a sealed value whose key is destroyed with the record that the broker still has: all but the sealed parts. */
public final class Remains {
    private Remains() {}

    /**
     * Whether the record can be the one that was sealed: a value of JSON, or in a value that was sealed whole anything,
     * stands where the archive has a sealed text, and everything else is the same.
     *
     * @throws SealBroken where the sealed value is none
     */
    public static boolean match(byte[] sealed, RecordCoordinates place, byte[] original) {
        var bounds = Seal.sealedTexts(sealed, place);
        if (bounds.length == 2 && bounds[0] == 0 && bounds[1] == sealed.length) {
            return true;
        }
        var at = 0;
        var done = 0;
        for (var i = 0; i < bounds.length && at >= 0; i += 2) {
            at = behindValue(original, behindSame(sealed, done, bounds[i], original, at));
            done = bounds[i + 1];
        }
        return at >= 0 && Arrays.equals(sealed, done, sealed.length, original, at, original.length);
    }

    /** Negative where something differs. */
    private static int behindSame(byte[] sealed, int from, int to, byte[] original, int at) {
        var end = at + to - from;
        return end < original.length && Arrays.equals(sealed, from, to, original, at, end) ? end : -1;
    }

    /** As the first of an array: a number alone would have to end with the bytes. */
    private static int behindValue(byte[] original, int at) {
        if (at < 0) {
            return at;
        }
        var array = new byte[original.length - at + 1];
        array[0] = '[';
        System.arraycopy(original, at, array, 1, original.length - at);
        try (var parser = JsonBytes.parser(array, 0)) {
            parser.nextToken();
            return parser.nextToken() == JsonToken.END_ARRAY ? -1 : at + JsonBytes.to(parser) - 1;
        } catch (IOException e) {
            return -1;
        }
    }
}

package millrace.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/** Reads UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
public final class Utf8 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long NOT_ASCII = 0x8080808080808080L;

    private Utf8() {}

    /** Decodes bytes; empty where they are not UTF-8. */
    public static Optional<String> text(byte[] bytes) {
        return is(bytes) ? Optional.of(new String(bytes, UTF_8)) : Optional.empty();
    }

    public static boolean is(byte[] bytes) {
        return is(new Slice(bytes, 0, bytes.length));
    }

    public static boolean is(Slice slice) {
        var bytes = slice.body();
        var at = slice.from();
        while (at < slice.to()) {
            if (at + Long.BYTES <= slice.to() && ((long) LONG.get(bytes, at) & NOT_ASCII) == 0) {
                at += Long.BYTES;
            } else if (bytes[at] >= 0) {
                at++;
            } else {
                var length = length(bytes, at, slice.to());
                if (length == 0) {
                    return false;
                }
                at += length;
            }
        }
        return true;
    }

    /** Returns a text without the byte order mark, which RFC 8259 lets a reader skip. */
    public static byte[] withoutMark(byte[] text) {
        var hasMark = text.length > 2 && text[0] == (byte) 0xEF && text[1] == (byte) 0xBB && text[2] == (byte) 0xBF;
        return hasMark ? Arrays.copyOfRange(text, 3, text.length) : text;
    }

    /** Returns the text with U+FFFD in place of each ill-formed sequence. */
    public static Slice repaired(Slice slice) {
        var bytes = new String(slice.body(), slice.from(), slice.length(), UTF_8).getBytes(UTF_8);
        return new Slice(bytes, 0, bytes.length);
    }

    /** Returns the length of the multi-byte character that begins at an index; 0 where it is ill-formed or cut off. */
    private static int length(byte[] bytes, int at, int to) {
        var first = bytes[at] & 0xFF;
        var length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (length == 0 || at + length > to || !isSecond(first, bytes[at + 1] & 0xFF)) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /**
     * Checks the second byte by table 3-7 of the Unicode standard: after four of the first bytes only some continuation
     * bytes are valid.
     */
    private static boolean isSecond(int first, int second) {
        return switch (first) {
            case 0xE0 -> second >= 0xA0 && second <= 0xBF;
            case 0xED -> second >= 0x80 && second <= 0x9F;
            case 0xF0 -> second >= 0x90 && second <= 0xBF;
            case 0xF4 -> second >= 0x80 && second <= 0x8F;
            default -> second >= 0x80 && second <= 0xBF;
        };
    }
}

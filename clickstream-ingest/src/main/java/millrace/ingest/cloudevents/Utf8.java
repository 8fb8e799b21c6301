package millrace.ingest.cloudevents;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Optional;

/** Reads UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF. */
final class Utf8 {
    private Utf8() {}

    /** Decodes bytes; empty where a byte is out of place. */
    static Optional<String> text(byte[] bytes) {
        if (isAscii(bytes)) {
            return Optional.of(new String(bytes, US_ASCII));
        }
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }

    static boolean is(byte[] bytes) {
        return isAscii(bytes) || text(bytes).isPresent();
    }

    /** Returns the bytes without the byte order mark, which RFC 8259 lets a reader skip. */
    static byte[] withoutMark(byte[] bytes) {
        var hasMark = bytes.length > 2 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
        return hasMark ? Arrays.copyOfRange(bytes, 3, bytes.length) : bytes;
    }

    private static boolean isAscii(byte[] bytes) {
        for (var each : bytes) {
            if (each < 0) {
                return false;
            }
        }
        return true;
    }
}

package millrace.audit.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Base64;

/**
 * What stands in place of a part that is sealed: the text {@code "sealed:SUBJECT:BASE64"}, quotes included.
 *
 * @param subject id of the subject whose key opens it
 * @param encrypted nonce, ciphertext and tag
 */
record SealedText(long subject, byte[] encrypted) {
    private static final byte[] MARK = "\"sealed:".getBytes(US_ASCII);
    private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();
    private static final int MOST_DIGITS = 18;

    /** @throws IllegalArgumentException where the text is none of these */
    static SealedText parse(byte[] value, int from, int to) {
        var end = to - 1;
        var subject = 0L;
        var i = from + MARK.length;
        for (; i < end && i - from - MARK.length < MOST_DIGITS && value[i] >= '0' && value[i] <= '9'; i++) {
            subject = 10 * subject + value[i] - '0';
        }
        var hasSubject = isAt(value, from) && i > from + MARK.length && i < end && value[i] == ':';
        if (!hasSubject || value[end] != '"' || value[end - 1] == '=') {
            throw new IllegalArgumentException("No sealed text");
        }
        return new SealedText(subject, Base64.getDecoder().decode(Arrays.copyOfRange(value, i + 1, end)));
    }

    byte[] bytes() {
        var start = ("\"sealed:" + subject + ":").getBytes(US_ASCII);
        var base64 = BASE64.encode(encrypted);
        var text = Arrays.copyOf(start, start.length + base64.length + 1);
        System.arraycopy(base64, 0, text, start.length, base64.length);
        text[text.length - 1] = '"';
        return text;
    }

    /** Whether a text begins there that looks like one of these. */
    static boolean isAt(byte[] value, int from) {
        return from + MARK.length <= value.length
                && Arrays.equals(value, from, from + MARK.length, MARK, 0, MARK.length);
    }

    /** Whether there may be one somewhere: the colon after a word with a quote before it. */
    static boolean isIn(byte[] value) {
        for (var i = MARK.length - 1; i < value.length; i++) {
            if (value[i] == ':' && isAt(value, i - MARK.length + 1)) {
                return true;
            }
        }
        return false;
    }
}

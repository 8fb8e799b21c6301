package millrace.audit.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * What stands in place of a part that is sealed: the text {@code "sealed:SUBJECT:BASE64"}, quotes included.
 *
 * @param subject id of the subject whose key opens it
 * @param encrypted nonce, ciphertext and tag
 */
record SealedText(long subject, byte[] encrypted) {
    private static final byte[] MARK = "\"sealed:".getBytes(US_ASCII);
    private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();
    private static final Pattern LOOKS = Pattern.compile("\"sealed:([0-9]{1,18}):([A-Za-z0-9+/]*)\"");

    /** @throws IllegalArgumentException where the text is none of these */
    static SealedText parse(byte[] value, int from, int to) {
        var text = LOOKS.matcher(new String(value, from, to - from, US_ASCII));
        if (!text.matches()) {
            throw new IllegalArgumentException("No sealed text");
        }
        return new SealedText(Long.parseLong(text.group(1)), Base64.getDecoder().decode(text.group(2)));
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

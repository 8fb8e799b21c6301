package millrace.ingest.cloudevents;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.regex.Pattern;
import millrace.ingest.http.Utf8;

/**
 * Decodes values of {@code ce-} headers by section 3.1.3.2 of the HTTP binding: first quotation marks, then percent
 * signs, each once.
 */
final class HeaderValue {
    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"\\\\]++|\\\\.)*+\"");

    private HeaderValue() {}

    /**
     * Returns the decoded value; empty where a quotation mark is not closed, an escape is invalid, a character is not
     * printable ASCII, or the decoded bytes are not UTF-8.
     */
    static Optional<String> decoded(String value) {
        if (!value.startsWith("\"")) {
            return percentDecoded(value);
        }
        return QUOTED.matcher(value).matches()
                ? percentDecoded(value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1"))
                : Optional.empty();
    }

    private static Optional<String> percentDecoded(String text) {
        var bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            var character = text.charAt(i);
            if (character == '%') {
                var high = i + 2 < text.length() ? digit(text.charAt(i + 1)) : -1;
                var low = i + 2 < text.length() ? digit(text.charAt(i + 2)) : -1;
                if (high < 0 || low < 0) {
                    return Optional.empty();
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else if (character >= ' ' && character <= '~') {
                bytes.write(character);
            } else {
                return Optional.empty();
            }
        }
        return Utf8.text(bytes.toByteArray());
    }

    /** Returns the value of a hexadecimal digit in ASCII; -1 for any other character. */
    private static int digit(char character) {
        return character < 0x80 ? Character.digit(character, 16) : -1;
    }
}

package millrace.ingest.publish;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.regex.Pattern;
import millrace.ingest.http.Limits;

/**
 * Cuts a refused body to the part that may be kept: its first 32 KiB, with asterisks in place of the value of each
 * {@code writeKey}. The body may not be JSON, so it is searched and not parsed; a name that is written with escapes is
 * found, too.
 */
final class OriginalExcerpt {
    /** Matches from the name to the opening quotation mark of the value. */
    private static final Pattern WRITE_KEY = Pattern.compile("\"" + escapable("writeKey") + "\"\\s*+:\\s*+\"");

    private OriginalExcerpt() {}

    static byte[] of(byte[] original) {
        var excerpt = Arrays.copyOf(original, Math.min(original.length, Limits.MESSAGE));
        var found = WRITE_KEY.matcher(new String(excerpt, ISO_8859_1));
        while (found.find()) {
            for (int i = found.end(); i < excerpt.length && excerpt[i] != '"'; i++) {
                if (excerpt[i] == '\\' && i + 1 < excerpt.length) {
                    excerpt[i++] = '*';
                }
                excerpt[i] = '*';
            }
        }
        return excerpt;
    }

    private static String escapable(String name) {
        var pattern = new StringBuilder();
        for (var character : name.toCharArray()) {
            pattern.append("(?:%c|\\\\u00(?i:%x))".formatted(character, (int) character));
        }
        return pattern.toString();
    }
}

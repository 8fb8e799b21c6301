package millrace.ingest.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.regex.Pattern;
import millrace.ingest.form.Limits;

/**
 * Makes of refused bytes what may be kept: their first 32 KiB, with asterisks for the value of each {@code writeKey}. The bytes may
 * be no JSON, so they are searched and not parsed; a name that is written with escapes is found, too.
 */
final class OriginalExcerpt {
    /** From the name to the quotation mark of the value. */
    private static final Pattern WRITE_KEY = Pattern.compile("\"" + escapable("writeKey") + "\"\\s*+:\\s*+\"");

    private OriginalExcerpt() {}

    static byte[] kept(byte[] original) {
        var kept = Arrays.copyOf(original, Math.min(original.length, Limits.MESSAGE));
        var found = WRITE_KEY.matcher(new String(kept, ISO_8859_1));
        while (found.find()) {
            for (int i = found.end(); i < kept.length && kept[i] != '"'; i++) {
                if (kept[i] == '\\' && i + 1 < kept.length) {
                    kept[i++] = '*';
                }
                kept[i] = '*';
            }
        }
        return kept;
    }

    private static String escapable(String name) {
        var pattern = new StringBuilder();
        for (var character : name.toCharArray()) {
            pattern.append("(?:%c|\\\\u00(?i:%x))".formatted(character, (int) character));
        }
        return pattern.toString();
    }
}

package millrace.ingest.http;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;

/** Checks and converts texts that become keys, headers or columns. */
public final class InputText {
    private InputText() {}

    /**
     * Adds a fault where a text is too long, or has characters that some database, log or header does not take: control
     * characters and unpaired surrogates.
     *
     * @param text {@code null} is valid
     * @return true where the text is valid
     */
    public static boolean check(String place, String text, int maxLength, List<String> faults) {
        var before = faults.size();
        if (text != null && text.length() > maxLength) {
            faults.add(place + " must have at most " + maxLength + " characters");
        }
        if (text != null && hasNoCharacter(text)) {
            faults.add(place + " must not have control characters or halves of characters");
        }
        return faults.size() == before;
    }

    /**
     * Returns the digits of a number without an exponent, and without zeros at the end of its decimals; {@code null}
     * where they are more than {@code maxLength} characters.
     */
    public static String decimal(BigDecimal number, int maxLength) {
        var stripped = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        var longest = Math.max((long) stripped.precision() - stripped.scale(), 0) + Math.max(stripped.scale(), 0L);
        var text = longest > maxLength ? null : stripped.toPlainString();
        return text == null || text.length() > maxLength ? null : text;
    }

    /**
     * Returns the digits of the number at a parser, without an exponent; {@code null} where they are more than {@code
     * maxLength} characters.
     */
    public static String decimal(JsonParser parser, int maxLength) throws IOException {
        try {
            // A longer number is not parsed: its cost grows with its length.
            return parser.getTextLength() > 2 * maxLength ? null : decimal(new BigDecimal(parser.getText()), maxLength);
        } catch (NumberFormatException hugeExponent) {
            return null;
        }
    }

    /**
     * Returns a display text: cut to its longest, with blanks in place of control characters and unpaired surrogates.
     */
    public static String label(String text, int maxLength) {
        var cut = text.length() <= maxLength ? text : text.substring(0, maxLength);
        if (!hasNoCharacter(cut)) {
            return cut;
        }
        var label = new StringBuilder(cut.length());
        cut.codePoints()
                .map(point ->
                        Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE ? ' ' : point)
                .forEach(label::appendCodePoint);
        return label.toString();
    }

    private static boolean hasNoCharacter(String text) {
        for (int i = 0; i < text.length(); i++) {
            var character = text.charAt(i);
            if (Character.isISOControl(character)) {
                return true;
            }
            if (Character.isSurrogate(character)) {
                i++;
                if (i == text.length() || !Character.isSurrogatePair(character, text.charAt(i))) {
                    return true;
                }
            }
        }
        return false;
    }
}

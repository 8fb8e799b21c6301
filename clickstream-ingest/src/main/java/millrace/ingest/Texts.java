package millrace.ingest;

import java.util.List;

/** What a text that becomes a key, a header or a column must be like. */
final class Texts {
    private Texts() {}

    /** Adds to the faults where a text is too long, or has characters that no log, header or database takes. */
    static void check(String place, String text, int maxLength, List<String> faults) {
        if (text == null) {
            return;
        }
        if (text.length() > maxLength) {
            faults.add(place + " must have at most " + maxLength + " characters");
        }
        if (text.codePoints().anyMatch(Texts::isNoCharacter)) {
            faults.add(place + " must not have control characters or halves of characters");
        }
    }

    private static boolean isNoCharacter(int codePoint) {
        return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
    }
}

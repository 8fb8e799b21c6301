package millrace.ingest.form;

import java.util.List;

/** What a text that becomes a key, a header or a column must be like. */
public final class Texts {
    private Texts() {}

    /**
     * Notes where a text is too long, or has characters that some database, log or header does not take.
     *
     * @param text {@code null} is fine
     * @return whether it is fine
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

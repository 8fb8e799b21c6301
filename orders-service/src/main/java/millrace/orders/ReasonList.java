package millrace.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Sentences about one order. However many are added, the list has at most {@value #MOST} of {@value #MOST_BYTES} bytes
 * together; where there are more, its last sentence says how many.
 */
final class ReasonList {
    static final int MOST = 20;
    static final int MOST_BYTES = 4 * 1024;

    /** Bytes of the sentence that counts what is not listed. */
    private static final int COUNT_BYTES = 80;

    /** Characters of somebody else's text inside a sentence. */
    private static final int LONGEST_QUOTE = 100;

    private final List<String> kept = new ArrayList<>();
    private long bytes;
    private long number;

    static List<String> of(Stream<String> sentences) {
        var reasons = new ReasonList();
        sentences.forEach(reasons::add);
        return reasons.list();
    }

    void add(String sentence) {
        number++;
        if (kept.size() == number - 1 && kept.size() < MOST) {
            bytes += sentence.getBytes(UTF_8).length;
            if (bytes <= MOST_BYTES - COUNT_BYTES) {
                kept.add(sentence);
            }
        }
    }

    void addAll(List<String> sentences) {
        sentences.forEach(this::add);
    }

    boolean isEmpty() {
        return number == 0;
    }

    List<String> list() {
        if (kept.size() == number) {
            return List.copyOf(kept);
        }
        var listed = new ArrayList<>(kept.subList(0, Math.min(kept.size(), MOST - 1)));
        listed.add(String.format(Locale.ROOT, "%,d more are not listed.", number - listed.size()));
        return List.copyOf(listed);
    }

    /** A text from outside as a sentence has it: its beginning, where it is long. */
    static String quoted(String text) {
        if (text == null || text.codePointCount(0, text.length()) <= LONGEST_QUOTE) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, LONGEST_QUOTE)) + "…";
    }
}

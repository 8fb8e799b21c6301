package millrace.orders.domain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Sentences about one order, bounded: at most {@value #MOST} sentences and {@value #MOST_BYTES} bytes together. If more
 * are added, the last sentence states their number.
 */
public final class ReasonList {
    static final int MOST = 20;
    static final int MOST_BYTES = 4 * 1024;

    /** Bytes reserved for the sentence with the number of those that are not listed. */
    private static final int COUNT_BYTES = 80;

    /** Characters of a quoted text from outside. */
    private static final int LONGEST_QUOTE = 100;

    private final List<String> kept = new ArrayList<>();
    private long bytes;
    private long number;

    public static List<String> of(Stream<String> sentences) {
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

    List<String> list() {
        if (kept.size() == number) {
            return List.copyOf(kept);
        }
        var listed = new ArrayList<>(kept.subList(0, Math.min(kept.size(), MOST - 1)));
        listed.add(String.format(Locale.ROOT, "%,d more are not listed.", number - listed.size()));
        return List.copyOf(listed);
    }

    /** Shortens a text from outside for use in a sentence. */
    static String quoted(String text) {
        if (text == null || text.codePointCount(0, text.length()) <= LONGEST_QUOTE) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, LONGEST_QUOTE)) + "…";
    }
}

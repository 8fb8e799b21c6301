package millrace.ingest.cloudevents;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects the faults of one request's events, a sentence each. At most {@value #MOST} are kept; a last sentence gives
 * the number of the others.
 */
final class CloudEventFaults {
    static final int MOST = 49;

    private final List<String> sentences = new ArrayList<>();
    private String place = "";
    private int more;

    /** Sets the prefix of the sentences that follow, for example {@code "[3]."}. */
    void at(String newPlace) {
        place = newPlace;
    }

    void add(String sentence) {
        if (sentences.size() < MOST) {
            sentences.add(place + sentence);
        } else {
            more++;
        }
    }

    boolean isEmpty() {
        return sentences.isEmpty();
    }

    List<String> sentences() {
        var all = new ArrayList<>(sentences);
        if (more > 0) {
            all.add("There are more faults: " + more);
        }
        return all;
    }
}

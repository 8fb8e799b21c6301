package millrace.ingest.cloudevents;

import java.util.ArrayList;
import java.util.List;

/**
 * Faults of the events of one request, a sentence each. At most {@value #MOST} are kept; of those beyond, the last sentence
 * gives the number.
 */
final class CloudEventFaults {
    static final int MOST = 49;

    private final List<String> sentences = new ArrayList<>();
    private String place = "";
    private int more;

    /** Puts a place before each sentence that follows, for example {@code "[3]."}. */
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

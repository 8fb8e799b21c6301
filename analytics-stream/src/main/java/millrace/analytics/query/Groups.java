package millrace.analytics.query;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/** Rows that are merged by a key before they are ranked. Their memory is bounded, for all questions together. */
public final class Groups<V> {
    private final AnswerMemory memory;
    private final TreeMap<String, V> rows = new TreeMap<>();

    Groups(AnswerMemory memory) {
        this.memory = memory;
    }

    /** Adds a row, merged with the row of the same key. 400 or 503 if that takes too much memory. */
    public void merge(String key, V row, BinaryOperator<V> sum) {
        if (!rows.containsKey(key)) {
            memory.takeRow(key);
        }
        rows.merge(key, row, sum);
    }

    public SortedMap<String, V> rows() {
        return rows;
    }
}

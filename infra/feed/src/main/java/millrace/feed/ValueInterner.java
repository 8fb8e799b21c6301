package millrace.feed;

import java.util.HashMap;
import java.util.Map;

/** Keeps one of many equal values, so that what is read from a large file fits into memory. */
final class ValueInterner {
    private final Map<Object, Object> values = new HashMap<>();
    private long chars;

    /** The first value that was equal to this one. */
    @SuppressWarnings("unchecked")
    <T> T intern(T value) {
        var first = values.putIfAbsent(value, value);
        if (first == null && value instanceof String text) {
            chars += text.length();
        }
        return first == null ? value : (T) first; // equal values have the same class here
    }

    /** Characters of all different texts. */
    long chars() {
        return chars;
    }
}

package millrace.feed;

import java.util.HashMap;
import java.util.Map;

/** Shares one instance among equal values, so that the content of large files fits into memory. */
final class ValueInterner {
    private final Map<Object, Object> values = new HashMap<>();
    private long chars;

    /** Returns the first value that is equal to this one. */
    @SuppressWarnings("unchecked")
    <T> T intern(T value) {
        var first = values.putIfAbsent(value, value);
        if (first == null && value instanceof String text) {
            chars += text.length();
        }
        return first == null ? value : (T) first; // equal values have the same class here
    }

    /** Returns the number of characters of all distinct texts. */
    long chars() {
        return chars;
    }
}

package millrace.audit.seal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Looks for the ids of all who are named anywhere in bytes that may be JSON, as far as they are. An id that was sent as a
 * number is its decimal text. What is searched has at most some hundred thousand bytes, which bounds the names.
 */
final class NameSearch {
    /** Digits of an id that was sent as a number; a longer one stays as it is written. */
    private static final int DIGITS = 40;

    private final Collection<String> fields;
    private final SortedSet<String> names = new TreeSet<>();

    private NameSearch(Collection<String> fields) {
        this.fields = fields;
    }

    /** @param fields those that name a person */
    static SortedSet<String> find(byte[] bytes, Collection<String> fields) {
        var search = new NameSearch(fields);
        try (var parser = JsonBytes.parser(bytes, 0)) {
            search.read(parser);
        } catch (IOException noMoreJson) {
            return search.names;
        }
        return search.names;
    }

    private void read(JsonParser parser) throws IOException {
        for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (parser.currentName() != null && fields.contains(parser.currentName())) {
                consider(parser, token);
            }
        }
    }

    private void consider(JsonParser parser, JsonToken token) throws IOException {
        if (token.isNumeric()) {
            names.add(number(parser.getText()));
        } else if (token == JsonToken.VALUE_STRING && !parser.getText().isEmpty()) {
            names.add(parser.getText());
        }
    }

    /** 700123 for 700123, 700123.0 and 7.00123e5. */
    static String number(String text) {
        if (text.length() > DIGITS) {
            return text;
        }
        var number = new BigDecimal(text).stripTrailingZeros();
        return (long) number.precision() - number.scale() <= DIGITS && Math.abs((long) number.scale()) <= DIGITS
                ? number.toPlainString()
                : text;
    }
}

package millrace.ingest.segment;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.BitSet;
import millrace.ingest.http.Limits;
import millrace.ingest.http.Slice;

/**
 * Finds the bounds of the values of a JSON text by quotation marks and brackets alone, without a look into them. So an
 * invalid value can be separated from its neighbours.
 */
final class JsonOutline {
    private final byte[] json;
    private final int to;
    private int at;

    /** Thrown where the brackets or quotation marks of a text do not match. */
    static final class Unbalanced extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unbalanced() {
            super("The brackets or quotes of the JSON text do not match", null, false, false);
        }
    }

    JsonOutline(Slice text) {
        this.json = text.body();
        this.at = text.from();
        this.to = text.to();
    }

    /** Moves behind the character where it is next; returns false where it is not. */
    boolean take(char character) {
        skipBlanks();
        var isNext = at < to && json[at] == character;
        at += isNext ? 1 : 0;
        return isNext;
    }

    /** @throws Unbalanced where another character is next */
    void expect(char character) {
        if (!take(character)) {
            throw new Unbalanced();
        }
    }

    /** Returns true where only blanks are left. */
    boolean atEnd() {
        skipBlanks();
        return at == to;
    }

    boolean isNext(char character) {
        skipBlanks();
        return at < to && json[at] == character;
    }

    /**
     * Moves behind the next value and returns its text; {@code null} where it is another kind of value or not JSON.
     *
     * @throws Unbalanced where there is no value
     */
    String text() {
        var value = value();
        try (var parser = Limits.JSON.createParser(value.body(), value.from(), value.length())) {
            return parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
        } catch (IOException notJson) {
            return null;
        }
    }

    boolean isEmptyArray() {
        return take('[') && take(']');
    }

    /**
     * Moves behind the next value and returns it.
     *
     * @throws Unbalanced where there is none, or it has no end
     */
    Slice value() {
        skipBlanks();
        var from = at;
        if (at == to) {
            throw new Unbalanced();
        }
        switch (json[at]) {
            case '"' -> skipText();
            case '{', '[' -> skipBrackets();
            default -> skipScalar();
        }
        return new Slice(json, from, at);
    }

    private void skipBlanks() {
        while (at < to && json[at] <= ' ' && isBlank(json[at])) {
            at++;
        }
    }

    private static boolean isBlank(byte character) {
        return character == ' ' || character == '\n' || character == '\r' || character == '\t';
    }

    private void skipText() {
        for (at++; at < to; at++) {
            if (json[at] == '\\') {
                at++;
            } else if (json[at] == '"') {
                at++;
                return;
            }
        }
        throw new Unbalanced();
    }

    private void skipScalar() {
        var from = at;
        while (at < to && "{}[],:\"".indexOf(json[at]) < 0 && !isBlank(json[at])) {
            at++;
        }
        if (at == from) {
            throw new Unbalanced();
        }
    }

    private void skipBrackets() {
        var isArray = new BitSet();
        var depth = 0;
        while (at < to) {
            switch (json[at]) {
                case '"' -> {
                    skipText();
                    continue;
                }
                case '{', '[' -> isArray.set(depth++, json[at] == '[');
                case '}', ']' -> {
                    if (isArray.get(--depth) != (json[at] == ']')) {
                        throw new Unbalanced();
                    }
                }
                default -> {}
            }
            at++;
            if (depth == 0) {
                return;
            }
        }
        throw new Unbalanced();
    }
}

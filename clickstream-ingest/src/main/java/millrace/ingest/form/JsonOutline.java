package millrace.ingest.form;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.BitSet;

/**
 * Finds where the values of a JSON text begin and end by quotes and brackets alone, and does not look into them. So a value
 * that is no JSON inside can be told from its neighbours.
 */
public final class JsonOutline {
    private final byte[] json;
    private final int to;
    private int at;

    /** The text has no such structure. */
    public static final class Unbalanced extends RuntimeException {
        private static final long serialVersionUID = 1;

        public Unbalanced() {
            super("The brackets or quotes of the JSON text do not match", null, false, false);
        }
    }

    public JsonOutline(Slice text) {
        this.json = text.body();
        this.at = text.from();
        this.to = text.to();
    }

    /** Returns whether this character is next, and goes behind it. */
    public boolean take(char character) {
        skipBlanks();
        var isNext = at < to && json[at] == character;
        at += isNext ? 1 : 0;
        return isNext;
    }

    /** @throws Unbalanced where another character is next */
    public void expect(char character) {
        if (!take(character)) {
            throw new Unbalanced();
        }
    }

    /** Returns whether only blanks are left. */
    public boolean atEnd() {
        skipBlanks();
        return at == to;
    }

    public boolean isNext(char character) {
        skipBlanks();
        return at < to && json[at] == character;
    }

    /**
     * Returns the text of the next value and goes behind it; {@code null} where it is another value or no JSON.
     *
     * @throws Unbalanced where there is no value
     */
    public String text() {
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
     * Returns the next value and goes behind it.
     *
     * @throws Unbalanced where there is none, or it has no end
     */
    public Slice value() {
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

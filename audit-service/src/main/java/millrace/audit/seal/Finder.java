package millrace.audit.seal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Looks through one value for the fields of its type's tree, and for those that its schema does not list: every one of them,
 * at any depth of arrays and as often as it stands there. Text that looks sealed already is found with them, so that all that looks sealed later was sealed here.
 */
final class Finder {
    private final JsonParser parser;
    private final byte[] value;
    private final boolean disguised;
    private int[] bounds = new int[12];
    private int size;
    private boolean personal;
    /** All who are named in what is searched as a whole. */
    private final SortedSet<String> inside = new TreeSet<>();

    private String subject;
    private int rank = FieldTree.NOBODY;

    private Finder(JsonParser parser, byte[] value) {
        this.parser = parser;
        this.value = value;
        this.disguised = SealedText.isIn(value);
    }

    /** @throws IOException where the value is no object or array of JSON in UTF-8, or several */
    static PersonalParts find(FieldTree tree, byte[] value) throws IOException {
        try (var parser = JsonBytes.parser(value, 0)) {
            var finder = new Finder(parser, value);
            var first = parser.nextToken();
            if (first == null || !first.isStructStart()) {
                throw new IOException("No object or array");
            }
            finder.look(tree);
            if (parser.nextToken() != null) {
                throw new IOException("More than one value");
            }
            return finder.found();
        }
    }

    private PersonalParts found() {
        if (!personal) {
            return PersonalParts.NOTHING;
        }
        if (subject != null) {
            inside.add(subject);
        }
        return new PersonalParts(inside, Arrays.copyOf(bounds, size));
    }

    private void look(FieldTree tree) throws IOException {
        if (tree.isPersonal()) {
            seal(tree);
        } else if (tree.isEmpty() && !disguised) {
            name(tree);
            parser.skipChildren();
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
            object(tree);
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            array(tree);
        } else if (JsonBytes.isText(parser) && disguised && SealedText.isAt(value, JsonBytes.from(parser))) {
            add();
        } else {
            name(tree);
        }
    }

    private void object(FieldTree tree) throws IOException {
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            look(tree.field(name));
        }
    }

    private void array(FieldTree tree) throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            look(tree);
        }
    }

    private void seal(FieldTree tree) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        personal = true;
        if (!tree.inside().isEmpty() && JsonBytes.isText(parser)) {
            inside.addAll(named(parser.getText(), tree.inside()));
        }
        name(tree);
        add();
    }

    private void add() throws IOException {
        if (size == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * size);
        }
        bounds[size++] = JsonBytes.from(parser);
        bounds[size++] = JsonBytes.to(parser);
    }

    /** Of several of the same rank the last counts, as it does for who reads the message. */
    private void name(FieldTree tree) throws IOException {
        if (tree.rank() <= rank
                && tree.rank() != FieldTree.NOBODY
                && parser.currentToken().isScalarValue()) {
            name(
                    parser.currentToken().isNumeric() ? NameSearch.number(parser.getText()) : parser.getText(),
                    tree.rank());
        }
    }

    private static SortedSet<String> named(String base64, List<String> fields) {
        try {
            return NameSearch.find(Base64.getDecoder().decode(base64), fields);
        } catch (IllegalArgumentException notBase64) {
            return SubjectName.NONE;
        }
    }

    private void name(String text, int rank) {
        if (!text.isEmpty()) {
            this.subject = text;
            this.rank = rank;
        }
    }
}

package millrace.audit.seal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import millrace.events.PersonalData;

/** The paths of one type of message as a tree of the fields' names. */
final class FieldTree {
    /** Where nothing is looked for. */
    static final FieldTree EMPTY = new FieldTree();
    /** A field that no schema lists, of a message with personal data. */
    private static final FieldTree UNKNOWN = new FieldTree();
    /** Rank of what does not name the person. */
    static final int NOBODY = Integer.MAX_VALUE;

    private final Map<String, FieldTree> fields = new HashMap<>();
    private final List<String> inside = new ArrayList<>();
    private boolean personal;
    /** True if the schema lists the fields of the object: others are personal. */
    private boolean closed;

    private int rank = NOBODY;

    static FieldTree of(PersonalData data) {
        var tree = new FieldTree();
        if (!data.fields().isEmpty()) {
            data.known().forEach(tree::close);
        }
        data.fields().forEach(path -> tree.add(path).personal = true);
        for (var rank = 0; rank < data.subject().size(); rank++) {
            tree.name(data.subject().get(rank), rank);
        }
        return tree;
    }

    static {
        UNKNOWN.personal = true;
    }

    /** Values to look for in that field. */
    FieldTree field(String name) {
        var field = fields.get(name);
        return field == null ? closed ? UNKNOWN : EMPTY : field;
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    boolean isPersonal() {
        return personal;
    }

    /** How good a name of the person it is: the lowest wins. */
    int rank() {
        return rank;
    }

    /** Fields that name the person in what the text holds in base64, the best first. */
    List<String> inside() {
        return inside;
    }

    /** A path that leads into a field that is sealed as a whole leads into its base64. */
    private void name(String path, int rank) {
        var tree = this;
        var names = path.split("\\.");
        for (var i = 0; i < names.length; i++) {
            tree = tree.fields.computeIfAbsent(names[i], name -> new FieldTree());
            if (tree.personal && i + 1 < names.length) {
                tree.inside.add(names[i + 1]);
                return;
            }
        }
        tree.rank = rank;
    }

    private void close(String path) {
        var end = path.lastIndexOf('.');
        add(path);
        (end < 0 ? this : add(path.substring(0, end))).closed = true;
    }

    private FieldTree add(String path) {
        var tree = this;
        for (var name : path.split("\\.")) {
            tree = tree.fields.computeIfAbsent(name, more -> new FieldTree());
        }
        return tree;
    }
}

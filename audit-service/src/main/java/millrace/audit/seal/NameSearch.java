package millrace.audit.seal;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Looks for who is named anywhere in bytes that may be JSON, as far as they are. */
final class NameSearch {
    private final List<String> fields;
    private int rank;
    private String name;

    private NameSearch(List<String> fields) {
        this.fields = fields;
        this.rank = fields.size();
    }

    /** @param fields those that name a person, the best first */
    static Optional<String> find(byte[] bytes, List<String> fields) {
        var search = new NameSearch(fields);
        try (var parser = JsonBytes.parser(bytes, 0)) {
            search.read(parser);
        } catch (IOException noMoreJson) {
            return Optional.ofNullable(search.name);
        }
        return Optional.ofNullable(search.name);
    }

    private void read(JsonParser parser) throws IOException {
        for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (token.isScalarValue() && parser.currentName() != null) {
                consider(parser);
            }
        }
    }

    private void consider(JsonParser parser) throws IOException {
        var found = fields.indexOf(parser.currentName());
        if (found >= 0
                && found < rank
                && JsonBytes.isText(parser)
                && !parser.getText().isEmpty()) {
            rank = found;
            name = parser.getText();
        }
    }
}

package millrace.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;
import millrace.events.Json;

/** Reads JSON of others within a number of values: a tree has many times the size of a text such as {@code [{},{}]}. */
public final class BoundedJson {
    /** Of a record: more than the largest order has. */
    static final int MOST_IN_RECORD = 50_000;

    private BoundedJson() {}

    /**
     * Reads it; empty where it has more values.
     *
     * @throws IOException where it is no JSON
     */
    public static Optional<JsonNode> read(byte[] json, int most) throws IOException {
        var values = 0;
        try (var parser = Json.MAPPER.createParser(json)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                values += token.isScalarValue() || token.isStructStart() ? 1 : 0;
                if (values > most) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(Json.MAPPER.readTree(json));
    }

    /**
     * Reads the value of a record; empty where it has too much to be shown.
     *
     * @throws IOException where it is no JSON
     */
    public static Optional<JsonNode> ofRecord(byte[] value) throws IOException {
        return read(value, MOST_IN_RECORD);
    }
}

package millrace.events;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Converts JSON trees for the schema validator, which is built on Jackson 3, while the services use Jackson 2. */
final class Json3 {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Json3() {}

    static JsonNode tree(String json) {
        return MAPPER.readTree(json);
    }
}

package millrace.events;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Trees as the schema validator takes them: it is built on Jackson 3, the services on Jackson 2. */
final class Json3 {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Json3() {}

    static JsonNode tree(String json) {
        return MAPPER.readTree(json);
    }
}

package millrace.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * The personal data in a message, and the person it belongs to. A path is the names of fields with dots between;
 * elements of an array have the path of the array.
 *
 * @param fields paths of the fields with personal data, or {@link #WHOLE} alone
 * @param subject paths of the fields that may identify the person; the first that is present counts. A path may lead on
 *     into base64
 * @param known paths of all fields that the schema lists; in a message with personal data every other field is personal, too
 */
public record PersonalData(List<String> fields, List<String> subject, List<String> known) {
    /** The path that stands for a whole message. */
    public static final String WHOLE = "$";

    private static final String COMPONENTS = "#/components/";

    /** True if the message is no JSON object, or must not be read as one. */
    public boolean isWhole() {
        return fields.contains(WHOLE);
    }

    /** Returns the personal data in each message of the channels, by the value of its header {@code ce_type}. */
    static Map<String, PersonalData> of(JsonNode document) {
        var messages = new HashMap<String, PersonalData>();
        for (var channel : document.get("channels").properties()) {
            for (var name : channel.getValue().path("messages").properties()) {
                var message = resolve(document, name.getValue());
                var schema = resolve(document, message.path("payload"));
                var type = schema.at("/properties/type/const").asText(name.getKey());
                messages.put(channel.getKey() + "." + type, of(document, schema.isMissingNode() ? message : schema));
            }
        }
        return Map.copyOf(messages);
    }

    private static PersonalData of(JsonNode document, JsonNode message) {
        var fields = new ArrayList<String>();
        var known = new ArrayList<String>();
        collect(document, message, "", fields, known);
        return new PersonalData(List.copyOf(fields), texts(message.path("x-subject")), List.copyOf(known));
    }

    private static void collect(
            JsonNode document, JsonNode schema, String path, List<String> fields, List<String> known) {
        texts(schema.path("x-personal-data")).forEach(field -> fields.add(path + field));
        for (var property : schema.path("properties").properties()) {
            var value = property.getValue();
            var inner = resolve(document, value.has("items") ? value.get("items") : value);
            known.add(path + property.getKey());
            collect(document, inner, path + property.getKey() + ".", fields, known);
        }
    }

    private static JsonNode resolve(JsonNode document, JsonNode schema) {
        var reference = schema.path("$ref").asText();
        return reference.startsWith(COMPONENTS) ? document.at(reference.substring(1)) : schema;
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}

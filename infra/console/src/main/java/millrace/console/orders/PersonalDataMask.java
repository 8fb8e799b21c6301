package millrace.console.orders;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import millrace.events.Catalogue;
import millrace.events.Json;
import millrace.events.PersonalData;

/**
 * Covers the personal data in messages by the marks of the catalogue: the fields that it names, and those that it does
 * not know. Of a message that it does not know, or that is no JSON object, nothing is left.
 */
final class PersonalDataMask {
    /** Stands in the place of a value. */
    static final String COVERED = "•••••• (personal)";

    private final Map<String, PersonalData> marks = Catalogue.personalData();

    /**
     * Returns a copy with the personal data covered; empty where the whole is covered.
     *
     * @param type as in the header {@code ce_type}: {@code transactions.OrderPlaced}
     */
    Optional<JsonNode> cover(String type, JsonNode message) {
        return marks(type, message).map(marks -> {
            var covered = (ObjectNode) message.deepCopy();
            cover(covered, "", marks);
            return covered;
        });
    }

    /** Returns what {@link #cover} would cover, as text by the path of its field. */
    Map<String, String> personal(String type, JsonNode message) {
        var found = new LinkedHashMap<String, String>();
        marks(type, message)
                .ifPresent(marks -> visit(
                        message,
                        "",
                        marks,
                        (path, value) -> found.merge(
                                path, text(value), (one, other) -> one.equals(other) ? one : one + ", " + other)));
        return found;
    }

    private Optional<PersonalData> marks(String type, JsonNode message) {
        return Optional.ofNullable(marks.get(type)).filter(marks -> message.isObject() && !marks.isWhole());
    }

    private static void cover(ObjectNode object, String prefix, PersonalData marks) {
        for (var field : object.properties()) {
            var path = prefix + field.getKey();
            if (isPersonal(path, marks)) {
                field.setValue(object.textNode(COVERED));
            } else {
                elements(field.getValue(), element -> cover(element, path + ".", marks));
            }
        }
    }

    private static void visit(
            JsonNode object, String prefix, PersonalData marks, BiConsumer<String, JsonNode> personal) {
        for (var field : object.properties()) {
            var path = prefix + field.getKey();
            if (isPersonal(path, marks)) {
                personal.accept(path, field.getValue());
            } else {
                elements(field.getValue(), element -> visit(element, path + ".", marks, personal));
            }
        }
    }

    /** Elements of an array have the path of the array. */
    private static void elements(JsonNode value, Consumer<ObjectNode> visitor) {
        if (value instanceof ObjectNode object) {
            visitor.accept(object);
        } else if (value instanceof ArrayNode array) {
            array.forEach(element -> elements(element, visitor));
        }
    }

    private static boolean isPersonal(String path, PersonalData marks) {
        return marks.fields().contains(path) || !marks.known().contains(path);
    }

    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asText() : Json.text(value);
    }
}

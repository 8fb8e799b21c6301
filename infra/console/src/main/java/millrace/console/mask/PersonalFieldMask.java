package millrace.console.mask;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import millrace.events.PersonalData;

/** Replaces personal data in records by dots. The catalogue marks it; what the catalogue does not know counts as personal. */
public final class PersonalFieldMask {
    /** Stands for personal data. */
    public static final String DOTS = "•••";

    private static final Map<String, PersonalData> MESSAGES = Catalogue.personalData();

    /** Words of the catalogue's description of a key that leads to a person. */
    private static final List<String> PERSONAL_KEYS = List.of("visitor", "customer", "the record's key", "subject");

    private PersonalFieldMask() {}

    /** Whether the keys of a channel lead to persons. */
    public static boolean isKeyPersonal(String channel) {
        var key = Catalogue.entry(channel).key();
        return PERSONAL_KEYS.stream().anyMatch(key::contains);
    }

    /**
     * Returns a copy of a value with dots for personal data.
     *
     * @param type value of the header {@code ce_type}, such as {@code clicks.page}; null where there is none
     */
    public static JsonNode mask(String channel, String type, JsonNode value) {
        var messages = messages(channel, type);
        if (!value.isObject() || messages.isEmpty() || messages.stream().anyMatch(PersonalData::isWhole)) {
            return TextNode.valueOf(DOTS);
        }
        var personal = new TreeSet<String>();
        var known = new TreeSet<String>();
        messages.forEach(message -> {
            personal.addAll(message.fields());
            known.addAll(message.known());
        });
        return personal.isEmpty() ? value : mask(value, "", personal, known);
    }

    /** The message of the type; where there is no such message, all those of the channel. */
    private static List<PersonalData> messages(String channel, String type) {
        return type != null && type.startsWith(channel + ".") && MESSAGES.containsKey(type)
                ? List.of(MESSAGES.get(type))
                : MESSAGES.entrySet().stream()
                        .filter(message -> message.getKey().startsWith(channel + "."))
                        .map(Map.Entry::getValue)
                        .toList();
    }

    private static JsonNode mask(JsonNode value, String path, Set<String> personal, Set<String> known) {
        if (value.isObject()) {
            var masked = JsonNodeFactory.instance.objectNode();
            value.properties().forEach(field -> {
                var inner = path + field.getKey();
                var isPersonal = personal.contains(inner) || !known.contains(inner);
                masked.set(
                        field.getKey(),
                        isPersonal ? TextNode.valueOf(DOTS) : mask(field.getValue(), inner + ".", personal, known));
            });
            return masked;
        }
        if (value.isArray()) {
            var masked = JsonNodeFactory.instance.arrayNode();
            value.forEach(element -> masked.add(mask(element, path, personal, known)));
            return masked;
        }
        return value;
    }

    /** Last names of all fields that the catalogue marks in any message, such as {@code customerId}. */
    public static Set<String> personalNames() {
        return lastNames(MESSAGES.values().stream().flatMap(message -> message.fields().stream()));
    }

    /** Last names of all fields of all messages that have no mark in any of them. */
    public static Set<String> otherNames() {
        var names = lastNames(MESSAGES.values().stream().flatMap(message -> message.known().stream()));
        names.removeAll(personalNames());
        return names;
    }

    private static Set<String> lastNames(Stream<String> paths) {
        return paths.map(path -> path.substring(path.lastIndexOf('.') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}

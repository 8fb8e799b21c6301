package millrace.console.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import millrace.console.call.ConsoleException;
import millrace.console.mask.PersonalFieldMask;
import millrace.events.Catalogue;
import millrace.events.Json;

/**
 * The output of {@code bin/replay compare --json}, as the page shows it: of each key that differs the fields that differ.
 * Values that may be personal are dots.
 */
final class ComparedRows {
    private static final int MOST_ROWS = 50;
    private static final int MOST_FIELDS = 24;
    private static final int LONGEST = 300;

    /** Tables of orders whose rows are about the order that their key names, before a space and a version. */
    private static final Set<String> OF_ORDERS = Set.of("orders", "history");

    private static final Set<String> PERSONAL = PersonalFieldMask.personalNames();
    private static final Set<String> OTHER = PersonalFieldMask.otherNames();

    private ComparedRows() {}

    /**
     * One key.
     *
     * @param key with dots where it leads to a person
     * @param live whether the live generation has the key
     * @param shadow whether the other one has it
     * @param settled false where both changed it while it was checked, which proves nothing
     * @param order whose values may be uncovered; null where there is none
     */
    record Row(
            String what, String key, boolean live, boolean shadow, boolean settled, String order, List<Field> fields) {}

    /** A field that differs; null where a generation has no such field. */
    record Field(String name, String live, String shadow) {}

    /** @param total number of keys that differ, of which rows are the first */
    record Comparison(JsonNode parts, String digest, String shadowDigest, long total, List<Row> rows) {}

    static Comparison comparison(String json) {
        var comparison = parsed(json);
        var rows = new ArrayList<Row>();
        comparison.path("differences").forEach(difference -> {
            if (rows.size() < MOST_ROWS) {
                rows.add(row(difference, true));
            }
        });
        var total = 0L;
        for (var part : comparison.path("parts")) {
            total += part.path("different").asLong();
        }
        return new Comparison(
                comparison.path("parts"),
                comparison.path("digest").asText(),
                comparison.path("shadowDigest").asText(),
                total,
                rows);
    }

    /**
     * Fields of an order's row, without dots.
     *
     * @throws ConsoleException 404 where the comparison has no such row
     */
    static Row uncovered(String json, String what, String key) {
        for (var difference : parsed(json).path("differences")) {
            if (difference.path("what").asText().equals(what)
                    && difference.path("key").asText().equals(key)) {
                return row(difference, false);
            }
        }
        throw ConsoleException.notFound("The last comparison has no difference " + what + " " + key + ".");
    }

    /** Id of the order that a row is about; empty where it is about none. */
    static Optional<String> order(String what, String key) {
        var id = what.equals("history") ? key.replaceFirst(" [0-9]+$", "") : key;
        return OF_ORDERS.contains(what) && id.matches("[^/]+/.+") ? Optional.of(id) : Optional.empty();
    }

    private static Row row(JsonNode difference, boolean masked) {
        var what = difference.path("what").asText();
        var key = difference.path("key").asText();
        return new Row(
                what,
                masked && isChannelOfPersons(what) ? PersonalFieldMask.DOTS : cut(key),
                difference.hasNonNull("live"),
                difference.hasNonNull("shadow"),
                difference.path("settled").asBoolean(true),
                order(what, key).orElse(null),
                fields(what, text(difference.path("live")), text(difference.path("shadow")), masked));
    }

    /** Whether the name is a channel whose keys lead to persons. */
    static boolean isChannelOfPersons(String what) {
        return Catalogue.channels().stream().anyMatch(channel -> channel.name().equals(what))
                && PersonalFieldMask.isKeyPersonal(what);
    }

    private static List<Field> fields(String what, JsonNode live, JsonNode shadow, boolean masked) {
        var ofLive = flat(live);
        var ofShadow = flat(shadow);
        var names = new TreeSet<>(ofLive.keySet());
        names.addAll(ofShadow.keySet());
        return names.stream()
                .filter(name -> !ofLive.getOrDefault(name, MissingNode.getInstance())
                        .equals(ofShadow.getOrDefault(name, MissingNode.getInstance())))
                .limit(MOST_FIELDS)
                .map(name -> new Field(
                        name,
                        value(what, name, ofLive.get(name), masked),
                        value(what, name, ofShadow.get(name), masked)))
                .toList();
    }

    private static String value(String what, String name, JsonNode value, boolean masked) {
        if (value == null) {
            return null;
        }
        return masked && isPersonal(what, name, value) ? PersonalFieldMask.DOTS : cut(value.asText());
    }

    /**
     * By the catalogue's marks of fields with these names. A text that the catalogue does not know is personal, and so are
     * bytes, and all of a dead letter.
     */
    private static boolean isPersonal(String what, String path, JsonNode value) {
        var names =
                Arrays.stream(path.split("\\.")).map(ComparedRows::camelCase).toList();
        if (names.stream().anyMatch(PERSONAL::contains)) {
            return true;
        }
        var isKnown = OTHER.contains(names.getLast()) && !what.equals("dead_letters");
        return value.isTextual() && (!isKnown || value.asText().startsWith("\\x"));
    }

    private static String camelCase(String column) {
        var words = column.split("_");
        var name = new StringBuilder(words.length == 0 ? column : words[0]);
        for (var at = 1; at < words.length; at++) {
            name.append(words[at].substring(0, Math.min(1, words[at].length())).toUpperCase(Locale.ROOT))
                    .append(words[at].substring(Math.min(1, words[at].length())));
        }
        return name.toString();
    }

    /** Values by path. Text that is a JSON object is opened, too. */
    private static Map<String, JsonNode> flat(JsonNode row) {
        var values = new LinkedHashMap<String, JsonNode>();
        flatten(row, "", values);
        return values;
    }

    private static void flatten(JsonNode node, String path, Map<String, JsonNode> values) {
        var value = node.isTextual() ? opened(node) : node;
        if (value.isObject()) {
            value.properties()
                    .forEach(field -> flatten(
                            field.getValue(), path.isEmpty() ? field.getKey() : path + "." + field.getKey(), values));
        } else if (value.isArray()) {
            for (var at = 0; at < value.size(); at++) {
                flatten(value.get(at), path + "." + at, values);
            }
        } else if (!value.isMissingNode()) {
            values.put(path.isEmpty() ? "value" : path, value);
        }
    }

    private static JsonNode opened(JsonNode text) {
        if (!text.asText().startsWith("{")) {
            return text;
        }
        try {
            return Json.MAPPER.readTree(text.asText());
        } catch (JsonProcessingException e) {
            return text; // It was cut, or only looks like JSON.
        }
    }

    private static JsonNode text(JsonNode value) {
        return value.isTextual() ? TextNode.valueOf(value.asText()) : MissingNode.getInstance();
    }

    private static JsonNode parsed(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new ConsoleException(502, "bin/replay compare has printed no comparison.", e);
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}

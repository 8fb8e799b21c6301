package millrace.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Bundles {@code channels.yaml} and the files of {@code schemas/} into one document, whose references are internal. */
final class CatalogueFiles {
    private static final String DOCUMENT = "channels.yaml";
    private static final Pattern REFERENCE = Pattern.compile("(?:schemas/)?([a-z-]+\\.yaml)?#/(\\w+)");

    private final YAMLMapper yaml = new YAMLMapper();
    private final Map<String, JsonNode> files = new HashMap<>();
    private final JsonNode document = read(DOCUMENT);
    private final ObjectNode schemas = ((ObjectNode) document.get("components")).putObject("schemas");

    /** @throws IllegalStateException if a reference has no target, or two schemas have the same name */
    JsonNode bundle() {
        resolve(document, DOCUMENT);
        expandInternalTopics();
        return document;
    }

    /** Makes each reference below the node, which is in this file, a reference within the document. */
    private void resolve(JsonNode node, String file) {
        var reference = REFERENCE.matcher(node.path("$ref").asText());
        if (reference.matches()) {
            var target = reference.group(1) == null ? file : reference.group(1);
            addSchema(target, reference.group(2), file);
            ((ObjectNode) node).put("$ref", "#/components/schemas/" + reference.group(2));
        } else {
            node.forEach(inner -> resolve(inner, file));
        }
    }

    private void addSchema(String file, String name, String referringFile) {
        var schema =
                files.computeIfAbsent(file, unread -> read("schemas/" + unread)).get(name);
        if (schema == null) {
            throw new IllegalStateException(referringFile + " refers to " + name + ", which is not in " + file);
        }
        var present = schemas.get(name);
        if (present == null) {
            schemas.set(name, schema);
            resolve(schema, file);
        } else if (present != schema) {
            throw new IllegalStateException(file + " has a schema " + name + ", as another file has");
        }
    }

    private void expandInternalTopics() {
        var channels = (ObjectNode) document.get("channels");
        for (var group : document.path("x-internal-topics")) {
            for (var topic : group.get("topics").properties()) {
                var channel = channels.putObject(topic.getKey());
                channel.put("summary", topic.getValue().asText());
                channel.set("x-owner", group.get("x-owner"));
                channel.putArray("x-readers").add(group.get("x-owner"));
                channel.put("x-internal", true);
                channel.set("bindings", group.get("bindings"));
            }
        }
        ((ObjectNode) document).remove("x-internal-topics");
    }

    private JsonNode read(String file) {
        try (var content = CatalogueFiles.class.getResourceAsStream(file)) {
            if (content == null) {
                throw new IllegalStateException("A reference leads to " + file + ", which does not exist");
            }
            return yaml.readTree(content);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }
}

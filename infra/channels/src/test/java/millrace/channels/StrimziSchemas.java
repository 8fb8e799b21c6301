package millrace.channels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import millrace.events.Json;

/**
 * OpenAPI schemas of Strimzi's custom resource definitions, by kind. Strimzi's own generator makes the definitions from
 * the classes, as for its releases. Fields that a schema does not know are refused, as the Kubernetes API does where
 * {@code kubectl apply} asks for a strict validation, which is its default.
 */
final class StrimziSchemas {
    private static final String GENERATOR = "io.strimzi.crdgenerator.CrdGenerator";
    private static final int GENERATES_WITHIN_S = 60;

    private final Map<String, Schema> schemas = new HashMap<>();

    /** @param folder for the definitions */
    static StrimziSchemas generate(Path folder) throws IOException, InterruptedException, ClassNotFoundException {
        var schemas = new StrimziSchemas();
        for (var type : List.of(KafkaTopic.class, KafkaUser.class)) {
            schemas.schemas.put(type.getSimpleName(), schema(definition(type, folder)));
        }
        return schemas;
    }

    /** Returns the errors of a resource by the schema of its kind. */
    List<String> errors(JsonNode resource) {
        return schemas.get(resource.get("kind").asText()).validate(resource.toString(), InputFormat.JSON).stream()
                .map(Error::toString)
                .toList();
    }

    /** Runs the generator in a process of its own, because it ends its JVM. */
    private static JsonNode definition(Class<? extends HasMetadata> type, Path folder)
            throws IOException, InterruptedException, ClassNotFoundException {
        var file = folder.resolve(type.getSimpleName() + ".json");
        var classPath = jar(type) + File.pathSeparator + jar(Class.forName(GENERATOR));
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        GENERATOR,
                        "--api-versions",
                        "v1",
                        "--storage-version",
                        "v1",
                        type.getName() + "=" + file)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("generator.log").toFile())
                .start();
        try {
            if (!process.waitFor(GENERATES_WITHIN_S, SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(Files.readString(folder.resolve("generator.log"), UTF_8));
            }
        } finally {
            process.destroyForcibly();
        }
        return Json.MAPPER.readTree(file.toFile());
    }

    private static Path jar(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
    }

    private static Schema schema(JsonNode definition) {
        var version = StreamSupport.stream(
                        definition.get("spec").get("versions").spliterator(), false)
                .filter(candidate -> candidate.get("name").asText().equals("v1"))
                .findFirst()
                .orElseThrow();
        var schema = version.get("schema").get("openAPIV3Schema");
        refuseUnknownFields(schema);
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(schema.toString(), InputFormat.JSON);
    }

    private static void refuseUnknownFields(JsonNode schema) {
        if (schema.path("properties").isObject() && !schema.has("x-kubernetes-preserve-unknown-fields")) {
            ((ObjectNode) schema).put("additionalProperties", false);
        }
        schema.path("properties").forEach(StrimziSchemas::refuseUnknownFields);
        if (schema.has("items")) {
            refuseUnknownFields(schema.get("items"));
        }
    }
}

package millrace.local.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import millrace.events.Json;
import millrace.local.StartException;
import millrace.local.control.ControlClient;

/**
 * Direct access to the brokers of a data directory, with every right.
 *
 * @param client properties of a Kafka client
 * @param prefix of topics and groups; empty without one
 */
record KafkaAccess(Map<String, Object> client, String prefix) {
    private static final int ANSWER_WITHIN_MS = 15_000;

    /** @throws StartException if bin/up does not run there */
    static KafkaAccess of(Path directory) {
        var properties = new Properties();
        JsonNode vars;
        try (var lines = Files.newBufferedReader(directory.resolve("administrator.properties"))) {
            properties.load(lines);
            vars = Json.MAPPER.readTree(Files.readAllBytes(directory.resolve("config-vars.json")));
        } catch (IOException e) {
            throw new StartException("There is no Kafka in " + directory + ": bin/up has not run yet.", e);
        }
        ControlClient.requireRunning(directory); // Without it each call would wait for brokers that are not there.
        var client = new HashMap<String, Object>();
        properties.forEach((name, value) -> client.put(name.toString(), value));
        client.put("default.api.timeout.ms", ANSWER_WITHIN_MS);
        client.put("request.timeout.ms", ANSWER_WITHIN_MS / 2);
        client.put("client.id", "bin-kafka");
        return new KafkaAccess(client, vars.path("KAFKA_PREFIX").asText(""));
    }

    /** Full name of a topic or group that may have been given with the prefix. */
    String full(String name) {
        return name.startsWith(prefix) ? name : prefix + name;
    }

    /** Name of a topic or group without the prefix, which not every group on the brokers need have. */
    String shortened(String full) {
        return full.startsWith(prefix) ? full.substring(prefix.length()) : full;
    }

    /** Properties of a client, with these besides. */
    Map<String, Object> with(Map<String, Object> more) {
        var all = new HashMap<>(client);
        all.putAll(more);
        return all;
    }

    static StartException notAnswering(Exception cause) {
        return new StartException(
                "Kafka does not do it: %s. Does bin/up run? bin/kafka wait says so."
                        .formatted(String.valueOf(cause.getMessage()).replaceFirst("[. ]+$", "")),
                cause);
    }
}

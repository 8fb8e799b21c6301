package millrace.local.up;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.events.Json;
import millrace.local.ContainerEnvironment;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import millrace.local.Secrets;

/** Settings of the processes in their environments, and in files for users, feeds and tools. */
final class LocalSettings {
    private static final List<String> SOURCES = List.of("shop", "shoppers", "access-log", "retail");
    private static final String CLICKS = "\"track\",\"page\",\"screen\",\"identify\",\"group\",\"alias\"";

    /**
     * Rules of the sources: shops may send orders and the requests about them; the access log sends clicks only, which
     * need no rule.
     */
    private static final String RULES = Stream.of("shop", "shoppers", "retail")
            .map(shop ->
                    "\"%s\":{\"kinds\":[%s,\"order\",\"change\",\"refund\",\"cancellation\"]}".formatted(shop, CLICKS))
            .collect(Collectors.joining(",", "{", "}"));

    private static final List<String> ROLES = List.of("reader", "back-office");

    private final DataDirectory directory;
    private final Platform platform;
    private final Addresses addresses;

    LocalSettings(DataDirectory directory, Platform platform, Addresses addresses) {
        this.directory = directory;
        this.platform = platform;
        this.addresses = addresses;
    }

    /** Environment of a process of the Procfile. */
    Map<String, String> environment(String process) {
        var variables = ContainerEnvironment.environment();
        variables.putAll(configVars());
        variables.put("DYNO", process + ".1");
        variables.put("JAVA_OPTS", ContainerEnvironment.JAVA_OPTS + temporary(process));
        if (addresses.ports().containsKey(process)) {
            variables.put("PORT", Integer.toString(addresses.port(process)));
        }
        return variables;
    }

    /** Environment of a feed: a client, which gets no config vars of the platform. */
    Map<String, String> clientEnvironment() {
        var variables = ContainerEnvironment.environment();
        variables.put("MILLRACE_HOME", directory.path().toString());
        return variables;
    }

    /**
     * Writes {@code millrace.properties}, {@code config-vars.json} and, for a Kafka client with every right, {@code
     * administrator.properties}.
     */
    void write() {
        var lines = new StringBuilder();
        addresses.ports().keySet().forEach(name -> lines.append(name + ".url=" + addresses.url(name) + "\n"));
        lines.append("database.url=" + configVars().get("DATABASE_URL") + "\n");
        SOURCES.forEach(source -> lines.append("write-key." + source + "=" + writeKey(source) + "\n"));
        ROLES.forEach(role -> lines.append("api-key." + role + "=" + apiKey(role) + "\n"));
        directory.write("millrace.properties", lines.toString());
        directory.write("administrator.properties", properties(platform.kafkaClient()));
        try {
            var json = Json.MAPPER.writer(SerializationFeature.INDENT_OUTPUT);
            directory.write("config-vars.json", json.writeValueAsString(configVars()) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The config vars make no JSON", e);
        }
    }

    private static String properties(Map<String, Object> client) {
        var properties = new Properties();
        properties.putAll(client);
        try (var text = new StringWriter()) {
            properties.store(text, "A Kafka client with every right on this platform");
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException("The properties of the client cannot be written", e);
        }
    }

    /** One line for the user: how to ask a question over HTTP. */
    String keys() {
        return "To read: Authorization: Bearer %s; bin/key prints this key and the back office's."
                .formatted(apiKey("reader"));
    }

    private Map<String, String> configVars() {
        var variables = new LinkedHashMap<>(platform.configVars());
        variables.put(
                "WRITE_KEYS",
                SOURCES.stream()
                        .map(source -> source + ":" + Secrets.sha256(writeKey(source)))
                        .collect(Collectors.joining(",")));
        variables.put("SOURCES", RULES);
        variables.put(
                "API_KEYS",
                ROLES.stream()
                        .map(role -> role + ":" + role + ":" + Secrets.sha256(apiKey(role)))
                        .collect(Collectors.joining(",")));
        return variables;
    }

    /**
     * Option for a temporary folder of its own, empty at the start, as the disk of a container. None if its path
     * contains blanks, at which the shell would split it.
     */
    private String temporary(String process) {
        var folder = directory.emptyFolder("tmp/" + process).toString();
        return folder.contains(" ") ? "" : " -Djava.io.tmpdir=" + folder;
    }

    private String writeKey(String source) {
        return directory.getOrCreate("write-key." + source, Secrets::random);
    }

    /** API key of a role; the key has the name of the role. */
    private String apiKey(String role) {
        return directory.getOrCreate("api-key." + role, Secrets::random);
    }
}

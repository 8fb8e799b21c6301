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

/** What the processes are told by their environment, and the files that tell a person and the feeds the same. */
final class LocalSettings {
    private static final List<String> SOURCES = List.of("shop", "shoppers", "access-log", "retail");
    private static final String CLICKS = "\"track\",\"page\",\"screen\",\"identify\",\"group\",\"alias\"";

    /** Shops place orders and do the rest with them; the access log sends clicks, which needs no rule. */
    private static final String RULES = Stream.of("shop", "shoppers", "retail")
            .map(shop ->
                    "\"%s\":{\"kinds\":[%s,\"order\",\"change\",\"refund\",\"cancellation\"]}".formatted(shop, CLICKS))
            .collect(Collectors.joining(",", "{", "}"));

    private static final List<String> ROLES = List.of("reader", "back-office");

    private final DataDirectory home;
    private final Platform platform;
    private final Addresses addresses;

    LocalSettings(DataDirectory home, Platform platform, Addresses addresses) {
        this.home = home;
        this.platform = platform;
        this.addresses = addresses;
    }

    /** The environment of a process of the Procfile. */
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

    /** The environment of a feed: a client, which knows nothing of the platform. */
    Map<String, String> clientEnvironment() {
        var variables = ContainerEnvironment.environment();
        variables.put("MILLRACE_HOME", home.path().toString());
        return variables;
    }

    /** Writes {@code millrace.properties}, {@code config-vars.json} and, for who may do everything, {@code administrator.properties}. */
    void write() {
        var lines = new StringBuilder();
        addresses.ports().keySet().forEach(name -> lines.append(name + ".url=" + addresses.url(name) + "\n"));
        lines.append("database.url=" + configVars().get("DATABASE_URL") + "\n");
        SOURCES.forEach(source -> lines.append("write-key." + source + "=" + writeKey(source) + "\n"));
        ROLES.forEach(role -> lines.append("api-key." + role + "=" + apiKey(role) + "\n"));
        home.write("millrace.properties", lines.toString());
        home.write("administrator.properties", properties(platform.kafkaClient()));
        try {
            var json = Json.MAPPER.writer(SerializationFeature.INDENT_OUTPUT);
            home.write("config-vars.json", json.writeValueAsString(configVars()) + "\n");
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

    /** What a person who asks over HTTP has to know. */
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

    /** A disk of its own, as a container has, empty at the start; its path goes through a shell, which splits at blanks. */
    private String temporary(String process) {
        var folder = home.emptyFolder("tmp/" + process).toString();
        return folder.contains(" ") ? "" : " -Djava.io.tmpdir=" + folder;
    }

    private String writeKey(String source) {
        return home.remember("write-key." + source, Secrets::random);
    }

    /** Its name is its role. */
    private String apiKey(String role) {
        return home.remember("api-key." + role, Secrets::random);
    }
}

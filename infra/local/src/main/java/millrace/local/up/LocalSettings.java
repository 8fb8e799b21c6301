package millrace.local.up;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.events.Json;
import millrace.local.ContainerEnvironment;
import millrace.local.DataDirectory;
import millrace.local.DynoSize;
import millrace.local.EmbeddedPlatform;
import millrace.local.Secrets;
import millrace.paas.Ports;

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
    private final EmbeddedPlatform platform;
    private volatile Map<String, String> ownIdentities;
    private final Addresses addresses;
    private final Map<String, DynoSize> sizes;

    /**
     * @param ownIdentities config vars of Kafka identities; empty where all processes share one
     * @param sizes of process types, where it is not the smallest
     */
    LocalSettings(
            DataDirectory directory,
            EmbeddedPlatform platform,
            Map<String, String> ownIdentities,
            Addresses addresses,
            Map<String, DynoSize> sizes) {
        this.directory = directory;
        this.platform = platform;
        this.ownIdentities = ownIdentities;
        this.addresses = addresses;
        this.sizes = sizes;
    }

    /** Size of the container of a process type. */
    DynoSize size(String type) {
        return sizes.getOrDefault(type, DynoSize.SMALL);
    }

    /**
     * Environment of a process that starts now: its temporary folder, as the disk of a container, is emptied.
     *
     * @param number of the process among those of its type
     * @param port empty for the release phase, which has none
     */
    Map<String, String> environment(String type, int number, OptionalInt port) {
        directory.emptyFolder("tmp/" + type + "." + number);
        return variables(type, number, port);
    }

    private Map<String, String> variables(String type, int number, OptionalInt port) {
        var dyno = type + "." + number;
        var options = temporary(dyno) + (number == 1 ? debugger(type) : "");
        return variables(dyno, size(type).javaOptions(), options, port);
    }

    /**
     * Environment of a one-off process, which has a name and a port of its own. As on the PaaS it has no {@code
     * JAVA_TOOL_OPTIONS}.
     */
    Map<String, String> oneOffEnvironment() {
        var number = ThreadLocalRandom.current().nextInt(1_000, 10_000);
        var variables = variables("run." + number, DynoSize.SMALL.javaOptions(), "", OptionalInt.of(Ports.free(0)));
        variables.remove("JAVA_TOOL_OPTIONS");
        return variables;
    }

    /** @param more options of the JVM, which the buildpack does not set */
    private Map<String, String> variables(String dyno, String options, String more, OptionalInt port) {
        var variables = ContainerEnvironment.environment();
        variables.putAll(configVars());
        variables.put("DYNO", dyno);
        variables.put("JAVA_OPTS", options + more);
        variables.put("JAVA_TOOL_OPTIONS", options);
        port.ifPresent(bound -> variables.put("PORT", Integer.toString(bound)));
        return variables;
    }

    /**
     * Writes the environment of a process that is started elsewhere, or runs there already, and returns the file. Each
     * variable is a line that a shell reads, and an IDE that reads environment files; {@code \n} stands for an end of
     * line in a certificate.
     */
    Path writeEnvironment(String process) {
        var lines = variables(process, 1, OptionalInt.of(addresses.port(process))).entrySet().stream()
                .map(variable -> variable.getKey() + "='"
                        + variable.getValue().replace("\n", "\\n").replace("'", "'\\''") + "'\n")
                .collect(Collectors.joining());
        return directory.write(process + ".env", lines);
    }

    /** Environment of a feed: a client, which gets no config vars of the platform. */
    Map<String, String> clientEnvironment() {
        var variables = ContainerEnvironment.environment();
        variables.put("MILLRACE_HOME", directory.path().toString());
        return variables;
    }

    // fork: console
    /** Environment of the console: a client, with the keys of all roles and the way to the control API. */
    Map<String, String> consoleEnvironment() {
        var variables = clientEnvironment();
        addresses.ports().keySet().forEach(name -> variables.put(variable(name) + "_URL", addresses.url(name)));
        ROLES.forEach(role -> variables.put(variable(role) + "_KEY", apiKey(role)));
        variables.put("WRITE_KEY", writeKey(SOURCES.getFirst()));
        variables.put("PORT", Integer.toString(addresses.console()));
        variables.put("CONSOLE_SECRET", ConsoleAccess.write(directory, addresses.console()));
        return variables;
    }
    // fork: end

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
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

    /** Takes the identities that the platform has now, where processes have their own. */
    void replaceIdentities() {
        if (!ownIdentities.isEmpty()) {
            ownIdentities = platform.ownIdentities();
        }
    }

    Map<String, String> configVars() {
        var variables = new LinkedHashMap<>(platform.configVars());
        variables.putAll(ownIdentities);
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
     * Option for a temporary folder of its own, as the disk of a container. None if its path contains blanks, at which
     * the shell would split it.
     */
    private String temporary(String dyno) {
        var folder = directory.folder("tmp/" + dyno).toString();
        return folder.contains(" ") ? "" : " -Djava.io.tmpdir=" + folder;
    }

    /** Option that opens the port for a debugger of the process, if it has one. */
    private String debugger(String process) {
        var port = addresses.debuggers().get(process);
        return port == null ? "" : " -agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:" + port;
    }

    private String writeKey(String source) {
        return directory.getOrCreate("write-key." + source, Secrets::random);
    }

    /** API key of a role; the key has the name of the role. */
    private String apiKey(String role) {
        return directory.getOrCreate("api-key." + role, Secrets::random);
    }
}

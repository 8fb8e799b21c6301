package millrace.local.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import millrace.events.Json;
import millrace.events.TerminalText;
import millrace.local.StartException;
import millrace.local.control.ControlClient;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** A command of {@code bin/kafka} that calls the control API of the running {@code bin/up}. */
abstract class KafkaVerb implements Callable<Integer> {
    private static final String ONLY_APP = "millrace";

    @ParentCommand
    private KafkaCommand kafkaCommand;

    @Option(
            names = {"-a", "--app"},
            defaultValue = ONLY_APP,
            paramLabel = "APP",
            description = "The app, as the plugin takes it; here there is only ${DEFAULT-VALUE}.")
    private String app;

    @Option(names = "--json", description = "Prints the result as JSON.")
    private boolean json;

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    private final KafkaColours colours = KafkaColours.ofProcess();
    private ControlClient client;

    /** Does what the command is for. */
    abstract void run(Cluster cluster) throws InterruptedException;

    /** Name of the cluster that was given; null for the only one. */
    abstract String cluster();

    @Override
    public Integer call() throws InterruptedException {
        try (var control = ControlClient.of(kafkaCommand.directory())) {
            client = control;
            run(find());
        }
        return 0;
    }

    /**
     * The cluster that a command is for.
     *
     * @param id in paths of the API
     */
    record Cluster(String id, String name, String plan) {}

    /** Calls the API of the cluster, with a path below it. */
    JsonNode call(Cluster cluster, String method, String path, Object body) throws InterruptedException {
        return client.call(method, "/data/kafka/v0/clusters/" + cluster.id() + path, body);
    }

    JsonNode get(Cluster cluster, String path) throws InterruptedException {
        return call(cluster, "GET", path, null);
    }

    /** Shows progress on standard error while a call runs, as the plugin does. */
    JsonNode during(String progress, Cluster cluster, String method, String path, Object body)
            throws InterruptedException {
        System.err.print(progress + "... ");
        try {
            var answer = call(cluster, method, path, body);
            System.err.println("done");
            return answer;
        } catch (StartException e) {
            System.err.println("!");
            throw e;
        }
    }

    /** Prints the result: JSON where that is asked for. */
    void print(JsonNode result, String text) {
        if (json) {
            try {
                System.out.println(TerminalText.lines(
                        Json.MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(result)));
            } catch (IOException e) {
                throw new UncheckedIOException("The result makes no JSON", e);
            }
        } else {
            System.out.println(text);
        }
    }

    /** Asks the user to type the name of the app, unless it was given. */
    void confirm(String confirmation, String warning) {
        var entered = confirmation;
        if (entered == null) {
            System.err.println(warning + "\n\nTo proceed, type " + ONLY_APP + " or re-run this command with --confirm "
                    + ONLY_APP);
            try {
                entered = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            } catch (IOException e) {
                throw new StartException("No confirmation can be read. Aborted.", e);
            }
        }
        if (!ONLY_APP.equals(entered)) {
            throw new StartException("Confirmation " + (entered == null ? "" : entered + " ") + "did not match "
                    + ONLY_APP + ". Aborted.");
        }
    }

    static String affects(Cluster cluster) {
        return "This command will affect the cluster: " + cluster.name() + ", which is on " + ONLY_APP;
    }

    /** Body of a call about a topic. */
    static Map<String, Object> topic(Map<String, Object> fields) {
        return Map.of("topic", fields);
    }

    /** @throws StartException with the plugin's sentence if the text is no duration */
    static Duration duration(String text, String refusal) {
        return KafkaText.duration(text)
                .filter(time -> !time.isZero())
                .orElseThrow(() -> new StartException(refusal.formatted(text)));
    }

    static boolean onOrOff(String word) {
        return KafkaText.onOrOff(word)
                .orElseThrow(() -> new StartException("Unknown value '" + word
                        + "': must be 'on' or 'enable' to enable, or 'off' or 'disable' to disable"));
    }

    boolean isJson() {
        return json;
    }

    KafkaColours colours() {
        return colours;
    }

    ControlClient client() {
        return client;
    }

    Path directory() {
        return kafkaCommand.directory();
    }

    String app() {
        return app;
    }

    private Cluster find() throws InterruptedException {
        var attachments = cluster() == null
                ? client.call("GET", "/apps/" + ControlClient.part(app) + "/addon-attachments", null)
                : client.call(
                        "POST",
                        "/actions/addon-attachments/resolve",
                        Map.of("app", app, "addon_attachment", cluster()));
        var addon = attachments.path(0).path("addon");
        return new Cluster(
                addon.path("id").asText(),
                addon.path("name").asText(),
                addon.path("plan").path("name").asText());
    }
}

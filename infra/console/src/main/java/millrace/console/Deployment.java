package millrace.console;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import millrace.console.http.ConsoleException;
import millrace.local.control.ControlClient;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** The deployment that the console shows: its services, its cluster, and on one machine its control API. */
public final class Deployment implements AutoCloseable {
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(3);
    private static final int KAFKA_ANSWERS_WITHIN_MS = 5_000;

    private final ConsoleSettings settings;
    private final Map<String, ServiceClient> services = new LinkedHashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECTED_WITHIN).build();
    private final Admin admin;
    private ControlClient control;

    Deployment(ConsoleSettings settings) {
        this.settings = settings;
        settings.urls().forEach((process, url) -> services.put(process, new ServiceClient(process, url, http)));
        this.admin = Admin.create(adminProperties());
    }

    /** Whether it runs on this machine, started by {@code bin/up}: only then can it be controlled. */
    public boolean isLocal() {
        return settings.home().isPresent();
    }

    /** Folder of data, logs and keys of a local deployment. */
    public Optional<Path> home() {
        return settings.home();
    }

    /** @param process such as {@code orders} */
    public boolean has(String process) {
        return services.containsKey(process);
    }

    /**
     * The client of a service.
     *
     * @param process such as {@code orders}
     * @throws ConsoleException 404 where this console has no address of it
     */
    public ServiceClient service(String process) {
        var service = services.get(process);
        if (service == null) {
            throw ConsoleException.notFound("This console does not know where " + process + " is.");
        }
        return service;
    }

    /** Shared by all views; its calls answer within 5 s. */
    public Admin admin() {
        return admin;
    }

    /** Properties of a Kafka client; a consumer uses no group. */
    public Map<String, Object> kafka() {
        return settings.kafka();
    }

    /** Name of a topic or group in the cluster. */
    public String topic(String channel) {
        return settings.prefix() + channel;
    }

    public String prefix() {
        return settings.prefix();
    }

    /**
     * The control API of {@code bin/up}.
     *
     * @throws ConsoleException 403 where the deployment is not local
     */
    public synchronized ControlClient control() {
        if (control == null) {
            control = ControlClient.of(settings.home()
                    .orElseThrow(() -> new ConsoleException(
                            403, "Only what bin/up has started on this machine can be controlled.")));
        }
        return control;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
        http.shutdownNow();
        if (control != null) {
            control.close();
        }
    }

    private Map<String, Object> adminProperties() {
        var properties = new HashMap<>(settings.kafka());
        properties.keySet().retainAll(AdminClientConfig.configNames());
        properties.put(AdminClientConfig.CLIENT_ID_CONFIG, "console");
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, KAFKA_ANSWERS_WITHIN_MS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, KAFKA_ANSWERS_WITHIN_MS);
        return properties;
    }
}

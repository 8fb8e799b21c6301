package millrace.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import millrace.console.call.ConsoleException;
import millrace.local.StartException;
import millrace.local.control.ControlClient;
import millrace.local.control.ControlException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** The deployment that the console shows: its services, its cluster, and on one machine its control API. */
public final class Deployment implements AutoCloseable {
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(3);
    private static final int KAFKA_ANSWERS_WITHIN_MS = 5_000;

    private final Optional<Path> home;
    private final Map<String, Object> kafka;
    private final String prefix;
    private final Map<String, ServiceClient> services = new LinkedHashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECTED_WITHIN).build();
    private final Admin admin;
    private ControlClient control;

    /**
     * @param urls of the services, by process
     * @param home data directory of a local deployment
     * @param kafka client properties
     * @param prefix of topics and groups
     */
    public Deployment(Map<String, URI> urls, Optional<Path> home, Map<String, Object> kafka, String prefix) {
        this.home = home;
        this.kafka = kafka;
        this.prefix = prefix;
        urls.forEach((process, url) -> services.put(process, new ServiceClient(process, url, http)));
        this.admin = Admin.create(adminProperties());
    }

    /** Whether it runs on this machine, started by {@code bin/up}: only then can it be controlled. */
    public boolean isLocal() {
        return home.isPresent();
    }

    /** Folder of data, logs and keys of a local deployment. */
    public Optional<Path> home() {
        return home;
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
        return kafka;
    }

    /** Name of a topic or group in the cluster. */
    public String topic(String channel) {
        return prefix + channel;
    }

    public String prefix() {
        return prefix;
    }

    /**
     * The control API of {@code bin/up}.
     *
     * @throws ConsoleException 403 where the deployment is not local
     */
    public synchronized ControlClient control() {
        if (control == null) {
            control = ControlClient.of(home.orElseThrow(() ->
                    new ConsoleException(403, "Only what bin/up has started on this machine can be controlled.")));
        }
        return control;
    }

    /**
     * Calls the control API.
     *
     * @param body null for none
     * @throws ConsoleException with its status and sentence where it refuses, 503 where it does not answer
     */
    public JsonNode command(String method, String path, Object body) throws InterruptedException {
        try {
            return control().call(method, path, body);
        } catch (ControlException refused) {
            throw new ConsoleException(refused.status(), refused.getMessage(), refused);
        } catch (StartException absent) {
            throw new ConsoleException(503, absent.getMessage(), absent);
        }
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
        var properties = new HashMap<>(kafka);
        properties.keySet().retainAll(AdminClientConfig.configNames());
        properties.put(AdminClientConfig.CLIENT_ID_CONFIG, "console");
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, KAFKA_ANSWERS_WITHIN_MS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, KAFKA_ANSWERS_WITHIN_MS);
        return properties;
    }
}

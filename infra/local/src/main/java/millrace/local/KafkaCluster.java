package millrace.local;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.Uuid;

/** A Kafka cluster whose brokers are their own controllers. */
final class KafkaCluster {
    private static final Duration READY_WITHIN = Duration.ofSeconds(120);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int ASK_FOR_MS = 2000;

    private final Certificates certificates;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Broker> brokers;

    /** @param count how many brokers */
    KafkaCluster(DataDirectory home, Certificates certificates, int count, Workload workload) {
        this.certificates = certificates;
        var id = home.remember("cluster", () -> Uuid.randomUuid().toString());
        var controllers = new ArrayList<Integer>();
        for (var broker = 1; broker <= count; broker++) {
            ports.add(home.port("kafka-" + broker + ".port"));
            controllers.add(home.port("kafka-" + broker + ".controller.port"));
        }
        this.brokers = IntStream.rangeClosed(1, count)
                .mapToObj(broker -> new BrokerSettings(broker, id, ports, controllers, certificates))
                .map(settings -> new Broker(home, settings, workload))
                .toList();
    }

    /** Starts it and makes the channels; comes back when all of it is ready. */
    void start(String prefix) {
        brokers.forEach(Broker::start);
        try (var admin = Admin.create(impatient(adminClient()))) {
            awaitBrokers(admin);
            new TopicProvisioner(admin, prefix, brokers.size()).provide(Catalogue.entries());
        }
    }

    List<Broker> brokers() {
        return brokers;
    }

    /** Where the brokers listen. */
    Stream<String> addresses() {
        return brokers.stream().map(Broker::address);
    }

    /** Properties of a client with every right. */
    Map<String, Object> adminClient() {
        return Map.of(
                "bootstrap.servers",
                addresses().collect(joining(",")),
                "security.protocol",
                "SSL",
                "ssl.endpoint.identification.algorithm",
                "",
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.certificates",
                certificates.authority(),
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.certificate.chain",
                certificates.admin().certificate(),
                "ssl.keystore.key",
                certificates.admin().key());
    }

    private void awaitBrokers(Admin admin) {
        var end = Instant.now().plus(READY_WITHIN);
        while (brokersReady(admin) < brokers.size()) {
            for (var broker : brokers) {
                if (broker.process().endsWithin(PAUSE)) {
                    throw failure(broker, "ended");
                }
            }
            if (Instant.now().isAfter(end)) {
                throw failure(brokers.getFirst(), "is not ready after " + READY_WITHIN.toSeconds() + " s");
            }
        }
    }

    private static StartException failure(Broker broker, String how) {
        return new StartException("The broker " + broker.name() + " " + how + ":\n"
                + broker.process().log().lastLines(20));
    }

    private static int brokersReady(Admin admin) {
        try {
            var options = new DescribeClusterOptions().timeoutMs(ASK_FOR_MS);
            return admin.describeCluster(options).nodes().get().size();
        } catch (ExecutionException e) {
            return 0; // Not yet: why is in the broker's log, and the caller gives up in the end.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("The start was interrupted.", e);
        }
    }

    /** Asks a broker that is starting again at once and not after a second. */
    private static Map<String, Object> impatient(Map<String, Object> client) {
        var impatient = new HashMap<>(client);
        impatient.put("reconnect.backoff.max.ms", 50);
        return impatient;
    }
}

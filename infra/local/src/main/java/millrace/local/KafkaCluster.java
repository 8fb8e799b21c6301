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

/** A Kafka cluster (KRaft) of brokers that are also its controllers. */
final class KafkaCluster {
    private static final Duration READY_WITHIN = Duration.ofSeconds(120);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int ASK_FOR_MS = 2000;

    private final Certificates certificates;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Broker> brokers;

    /** @param count number of brokers */
    KafkaCluster(DataDirectory directory, Certificates certificates, int count, Workload workload) {
        this.certificates = certificates;
        var id = directory.getOrCreate("cluster", () -> Uuid.randomUuid().toString());
        var controllers = new ArrayList<Integer>();
        for (var broker = 1; broker <= count; broker++) {
            ports.add(directory.port("kafka-" + broker + ".port"));
            controllers.add(directory.port("kafka-" + broker + ".controller.port"));
        }
        this.brokers = IntStream.rangeClosed(1, count)
                .mapToObj(broker -> new BrokerSettings(broker, id, ports, controllers, certificates))
                .map(settings -> new Broker(directory, settings, workload))
                .toList();
    }

    /** Starts the brokers and creates the channels; returns when all of them are ready. */
    void start(String prefix) {
        brokers.forEach(Broker::start);
        try (var admin = Admin.create(withFastReconnect(adminClient()))) {
            awaitBrokers(admin);
            new TopicProvisioner(admin, prefix, brokers.size()).createOrUpdate(Catalogue.entries());
        }
    }

    List<Broker> brokers() {
        return brokers;
    }

    /** Addresses on which the brokers listen. */
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
            return 0; // The broker is not ready yet: its log says why, and the caller gives up after READY_WITHIN.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("The start was interrupted.", e);
        }
    }

    /** Makes a client reconnect to a starting broker after 50 ms instead of a second. */
    private static Map<String, Object> withFastReconnect(Map<String, Object> client) {
        var settings = new HashMap<>(client);
        settings.put("reconnect.backoff.max.ms", 50);
        return settings;
    }
}

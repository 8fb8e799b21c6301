package millrace.local;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.channels.ClusterException;
import millrace.channels.KafkaAnswers;
import millrace.channels.KafkaIdentities;
import millrace.channels.Plan;
import millrace.channels.TopicProvisioner;
import millrace.events.Catalogue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeFeaturesOptions;
import org.apache.kafka.common.Uuid;

/** A Kafka cluster (KRaft) of brokers that are also its controllers. */
final class KafkaCluster {
    private static final Duration READY_WITHIN = Duration.ofSeconds(120);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int ASK_FOR_MS = 2000;

    private volatile Certificates certificates;
    private final Plan plan;
    private final String prefix;
    private final PlatformOptions options;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Broker> brokers;

    KafkaCluster(
            DataDirectory directory, Certificates certificates, Plan plan, String prefix, PlatformOptions options) {
        this.certificates = certificates;
        this.plan = plan;
        this.prefix = prefix;
        this.options = options;
        var version = options.kafka(directory);
        var count = options.brokers(directory);
        var id = directory.getOrCreate("cluster", () -> Uuid.randomUuid().toString());
        var controllers = new ArrayList<Integer>();
        for (var broker = 1; broker <= count; broker++) {
            ports.add(directory.port("kafka-" + broker + ".port"));
            controllers.add(directory.port("kafka-" + broker + ".controller.port"));
        }
        this.brokers = IntStream.rangeClosed(1, count)
                .mapToObj(broker -> new BrokerSettings(broker, id, version, ports, controllers, certificates))
                .map(settings -> new Broker(directory, settings, version, options.workload()))
                .toList();
    }

    /**
     * Starts the brokers, creates the channels, and grants the application what the plan grants; returns when all of it
     * is ready.
     */
    void start() {
        brokers.forEach(Broker::start);
        try (var admin = Admin.create(withFastReconnect(adminClient()))) {
            awaitBrokers(admin);
            var topics = topics(admin);
            topics.createOrUpdate(Catalogue.entries());
            topics.limit(KafkaIdentities.SHARED);
            if (!options.transactions()) {
                topics.revoke(KafkaIdentities.transactions());
            }
            topics.grant(KafkaIdentities.sharedPermissions(
                    KafkaIdentities.SHARED, plan, prefix, options.groups(), options.transactions()));
            awaitApplied(admin);
        } catch (ClusterException e) {
            throw new StartException("The channels cannot be made: " + e.getMessage(), e);
        }
    }

    /** Has brokers trust other certificates from their next start on. */
    void trust(Certificates others) {
        brokers.forEach(broker -> broker.trust(others));
    }

    /** Has clients use other certificates from now on. */
    void use(Certificates others) {
        certificates = others;
    }

    /** Grants the permissions of the own identities. Where the plan has quotas, each of them has the whole. */
    void grantOwnIdentities() {
        try (var admin = Admin.create(adminClient())) {
            var topics = topics(admin);
            KafkaIdentities.processes().forEach(process -> topics.limit(KafkaIdentities.ofProcess(process)));
            topics.grant(KafkaIdentities.ownPermissions(Catalogue.entries(), prefix));
            awaitApplied(admin);
        } catch (ClusterException e) {
            throw new StartException("The permissions cannot be granted: " + e.getMessage(), e);
        }
    }

    private TopicProvisioner topics(Admin admin) {
        return new TopicProvisioner(admin, plan, prefix, brokers.size());
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
        await(() -> brokersReady(admin) == brokers.size());
    }

    /**
     * Waits until every broker has applied what the controller has accepted so far. A broker that is behind refuses a client
     * what another one allows it already.
     */
    private void awaitApplied(Admin admin) {
        var end = KafkaAnswers.of(admin.describeMetadataQuorum().quorumInfo()).highWatermark();
        for (var broker = 1; broker <= brokers.size(); broker++) {
            var asked = new DescribeFeaturesOptions().nodeId(broker);
            // The epoch of the features is the offset of the last record of metadata that the broker has applied.
            await(() -> KafkaAnswers.of(admin.describeFeatures(asked).featureMetadata())
                            .finalizedFeaturesEpoch()
                            .orElseThrow()
                    >= end - 1);
        }
    }

    private void await(BooleanSupplier ready) {
        var end = Instant.now().plus(READY_WITHIN);
        while (!ready.getAsBoolean()) {
            for (var broker : brokers) {
                if (broker.process().endsWithin(PAUSE)) {
                    var code = broker.process().exitCode();
                    throw failure(broker, "ended" + (code.isPresent() ? " with code " + code.getAsInt() : ""));
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

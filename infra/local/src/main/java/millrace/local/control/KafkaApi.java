package millrace.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import millrace.local.control.ClusterAdmin.Topic;
import millrace.local.control.ClusterAdmin.TopicRequest;
import millrace.local.control.ClusterSample.Rates;
import millrace.local.control.ControlRoutes.Call;

/**
 * The API that the Kafka plugin of the PaaS's CLI calls, for the one cluster and the one app of this platform. Paths and
 * fields are the plugin's.
 */
public final class KafkaApi implements AutoCloseable {
    /** The PaaS's sentence, by which its plugin knows that a command is not for this plan. */
    static final String NOT_ON_DEDICATED = "this command is not required or enabled on dedicated clusters";

    private static final String CLUSTER = "/data/kafka/v0/clusters/{cluster}";

    /** Rates are of a time within these bounds; a call without a former sample waits for the lower one. */
    private static final Duration SHORTEST_SAMPLE = Duration.ofSeconds(1);

    private static final Duration LONGEST_SAMPLE = Duration.ofMinutes(1);
    private static final Duration FIRST_IN_SYNC_WITHIN = Duration.ofSeconds(60);
    private static final Duration IN_SYNC_WITHIN = Duration.ofSeconds(150);
    private static final String MISSING = "Not every broker is up with all its replicas in sync (bin/ps shows them)";
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** Disturbs what runs, as an operator asks for it. */
    public interface Operations {
        /** Kills a broker, which is started again; {@code catastrophic} also removes its disk. Returns the address. */
        String fail(boolean catastrophic);

        /**
         * Makes new certificates of the cluster and of its clients. Brokers take them, besides the former ones, from their
         * next start on; clients keep the former ones.
         */
        void replaceCertificates();

        /** Stops a broker, which is started again. */
        void restartBroker(int index);

        /** Gives clients the new certificates, and starts the processes of the application that run again with them. */
        void restartProcesses();
    }

    private final KafkaAddon addon;
    private final ClusterAdmin cluster;
    private final Semaphore disturbed = new Semaphore(1);
    private volatile Optional<ClusterSample> former = Optional.empty();

    private KafkaApi(KafkaAddon addon, ClusterAdmin cluster) {
        this.addon = addon;
        this.cluster = cluster;
    }

    /** API of a platform that runs; to be closed before the platform. */
    public static KafkaApi of(DataDirectory directory, Platform platform) {
        var prefix = platform.topic("");
        var brokers = platform.brokers().size();
        var addon = KafkaAddon.of(directory, platform.plan(), prefix, platform.kafkaVersion(), brokers);
        return new KafkaApi(addon, new ClusterAdmin(platform.kafkaClient(), platform.plan(), prefix));
    }

    /** Adds its routes. */
    public void addTo(ControlRoutes routes, Supplier<Map<String, String>> configVars, Operations operations) {
        routes.add("GET", "/apps/{app}/addon-attachments", ofApp(call -> List.of(addon.attachment())))
                .add("GET", "/apps/{app}/addon-attachments/{addon}", ofApp(ofAddon(call -> addon.attachment())))
                .add("GET", "/apps/{app}/config-vars", ofApp(call -> configVars.get()))
                .add("GET", "/addons/{addon}/addon-attachments", ofAddon(call -> List.of(addon.attachment())))
                .add(
                        "POST",
                        "/actions/addon-attachments/resolve",
                        call -> resolve(call, "addon_attachment", addon.attachment()))
                .add("POST", "/actions/addons/resolve", call -> resolve(call, "addon", addon.addon()))
                .add("GET", CLUSTER, ofCluster(call -> cluster()))
                .add("GET", CLUSTER + "/wait_status", ofCluster(call -> waitStatus()))
                .add("GET", CLUSTER + "/topics", ofCluster(call -> topics()))
                .add("POST", CLUSTER + "/topics", ofCluster(this::createTopic))
                .add("PUT", CLUSTER + "/topics/{topic}", ofCluster(this::alterTopic))
                .add("DELETE", CLUSTER + "/topics/{topic}", ofCluster(this::deleteTopic))
                .add("GET", CLUSTER + "/consumer_groups", ofCluster(call -> groups()))
                .add("POST", CLUSTER + "/consumer_groups", ofCluster(this::createGroup))
                .add("DELETE", CLUSTER + "/consumer_groups", ofCluster(this::deleteGroup))
                .add("POST", CLUSTER + "/rotate-credentials", ofCluster(call -> rotateCredentials(operations)))
                .add("POST", CLUSTER + "/induce-failure", ofCluster(call -> fail(call, operations)))
                .add(
                        "POST",
                        CLUSTER + "/zookeeper",
                        ofCluster(
                                call -> refuse(
                                        "`kafka:zookeeper` is only available in Heroku Private Spaces: this cluster has no ZooKeeper.")))
                .add(
                        "PUT",
                        CLUSTER + "/upgrade",
                        ofCluster(
                                call -> refuse(
                                        "The brokers keep the version with which bin/up was started: stop it, and start another with bin/up --kafka.")));
    }

    @Override
    public void close() {
        cluster.close();
    }

    private static ControlRoutes.Handler ofApp(ControlRoutes.Handler handler) {
        return call -> {
            if (!call.parameter("app").equals(KafkaAddon.APP)) {
                throw ControlException.notFound("Couldn't find that app: the only one here is " + KafkaAddon.APP + ".");
            }
            return handler.answer(call);
        };
    }

    private ControlRoutes.Handler ofAddon(ControlRoutes.Handler handler) {
        return of("addon", handler);
    }

    private ControlRoutes.Handler ofCluster(ControlRoutes.Handler handler) {
        return of("cluster", handler);
    }

    private ControlRoutes.Handler of(String parameter, ControlRoutes.Handler handler) {
        return call -> {
            require(call.parameter(parameter));
            return handler.answer(call);
        };
    }

    private void require(String name) {
        if (!addon.isNamed(name)) {
            throw ControlException.notFound("Couldn't find that add on: the only one here is " + addon.name() + ".");
        }
    }

    private List<Object> resolve(Call call, String field, Object found) {
        call.text("app").filter(app -> !app.equals(KafkaAddon.APP)).ifPresent(app -> {
            throw ControlException.notFound("Couldn't find that app: the only one here is " + KafkaAddon.APP + ".");
        });
        require(required(call, field));
        return List.of(found);
    }

    private Map<String, Object> cluster() throws InterruptedException {
        var plan = addon.plan();
        var status = waitStatus();
        var now = sample();
        var topics = cluster.topics();
        var sum = topics.stream().map(topic -> rates(now, topic)).reduce(new Rates(0, 0, 0), Rates::plus);
        var limits = new LinkedHashMap<String, Object>();
        limits.put("minimum_replication", plan.replicas());
        limits.put("maximum_replication", plan.brokers());
        limits.put("minimum_retention_ms", plan.minRetention().toMillis());
        limits.put("maximum_retention_ms", plan.maxRetention().toMillis());
        limits.put("default_retention_ms", plan.defaultRetention().toMillis());
        limits.put("max_partition_replica_count", plan.maxPartitions() * plan.replicas());
        limits.put("max_number_of_partitions_per_topic", plan.maxPartitionsPerTopic());
        plan.maxTopics().ifPresent(max -> limits.put("max_topics", max));
        plan.produceBytesPerSecond().ifPresent(bytes -> limits.put("produce_quota_bytes_per_second", bytes));
        plan.consumeBytesPerSecond().ifPresent(bytes -> limits.put("consume_quota_bytes_per_second", bytes));
        limits.put("data_size", Map.of("limit_bytes", plan.capacityBytes()));

        var cluster = new LinkedHashMap<String, Object>();
        cluster.put("addon_id", addon.id());
        cluster.put("name", addon.name());
        cluster.put("attachment_name", KafkaAddon.ATTACHMENT);
        cluster.put("created_at", addon.created().toString());
        cluster.put("state", status);
        cluster.put("version", List.of(addon.version()));
        cluster.put("robot", Map.of("is_robot", false));
        cluster.put("limits", limits);
        cluster.put("topics", topics.stream().map(Topic::name).toList());
        cluster.put(
                "partition_replica_count",
                topics.stream()
                        .mapToInt(topic -> topic.partitions() * topic.replicas())
                        .sum());
        cluster.put("messages_in_per_sec", sum.messagesIn());
        cluster.put("bytes_in_per_sec", sum.bytesIn());
        cluster.put("bytes_out_per_sec", sum.bytesOut());
        cluster.put(
                "data_size",
                now.bytes().values().stream().mapToLong(Long::longValue).sum());
        cluster.put("shared_cluster", plan.isShared());
        cluster.put("topic_prefix", addon.prefix().isEmpty() ? null : addon.prefix());
        cluster.put("capabilities", Map.of("supports_mixed_cleanup_policy", true));
        cluster.put(
                "defaults",
                Map.of(
                        "partition_count", plan.defaultPartitions(),
                        "retention_time_ms", plan.defaultRetention().toMillis()));
        return cluster;
    }

    private Map<String, Object> waitStatus() throws InterruptedException {
        var up = cluster.brokers();
        var healthy = up >= addon.brokers();
        var status = new LinkedHashMap<String, Object>();
        status.put("message", healthy ? "available" : up + " of " + addon.brokers() + " brokers are up");
        status.put("waiting?", !healthy);
        status.put("healthy?", healthy);
        return status;
    }

    private Map<String, Object> topics() throws InterruptedException {
        var now = sample();
        var answer = new LinkedHashMap<String, Object>();
        answer.put("attachment_name", KafkaAddon.ATTACHMENT + "_URL");
        answer.put("prefix", addon.prefix().isEmpty() ? null : addon.prefix());
        var limits = new LinkedHashMap<String, Object>();
        addon.plan().maxTopics().ifPresent(max -> limits.put("max_topics", max));
        answer.put("limits", limits);
        answer.put(
                "topics",
                cluster.topics().stream().map(topic -> topic(topic, now)).toList());
        return answer;
    }

    private Map<String, Object> topic(Topic topic, ClusterSample now) {
        var rates = rates(now, topic);
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", topic.name());
        fields.put("prefix", addon.prefix().isEmpty() ? null : addon.prefix());
        fields.put("messages_in_per_second", rates.messagesIn());
        fields.put("bytes_in_per_second", rates.bytesIn());
        fields.put("bytes_out_per_second", rates.bytesOut());
        fields.put("partitions", topic.partitions());
        fields.put("replication_factor", topic.replicas());
        fields.put("status", "available");
        fields.put("data_size", now.bytes().getOrDefault(addon.prefix() + topic.name(), 0L));
        fields.put("compaction", topic.compacted());
        fields.put(
                "retention_time_ms", topic.retention().map(Duration::toMillis).orElse(null));
        fields.put("compaction_enabled", topic.compacted());
        fields.put("retention_enabled", topic.retention().isPresent());
        return fields;
    }

    private Map<String, Object> createTopic(Call call) throws InterruptedException {
        var topic = call.body().path("topic");
        var name = text(topic, "name").orElseThrow(() -> ControlException.badRequest("A topic needs a name."));
        cluster.create(name, request(topic));
        return message("The topic " + name + " was created.");
    }

    private Map<String, Object> alterTopic(Call call) throws InterruptedException {
        cluster.alter(call.parameter("topic"), request(call.body().path("topic")));
        return message("The topic " + call.parameter("topic") + " was changed.");
    }

    private Map<String, Object> deleteTopic(Call call) throws InterruptedException {
        cluster.delete(call.parameter("topic"));
        return message("The topic " + call.parameter("topic") + " was deleted.");
    }

    private Map<String, Object> groups() throws InterruptedException {
        return Map.of(
                "consumer_groups",
                cluster.groups().stream().map(name -> Map.of("name", name)).toList());
    }

    private Map<String, Object> createGroup(Call call) throws InterruptedException {
        var name = group(call);
        cluster.createGroup(name);
        return message("The consumer group " + name + " was created.");
    }

    private Map<String, Object> deleteGroup(Call call) throws InterruptedException {
        var name = group(call);
        cluster.deleteGroup(name);
        return message("The consumer group " + name + " was deleted.");
    }

    private Map<String, Object> fail(Call call, Operations operations) throws InterruptedException {
        if (call.body().path("zookeeper").asBoolean()) {
            return refuse("This cluster has no ZooKeeper: its brokers are their own controllers (KRaft).");
        }
        var catastrophic = call.body().path("catastrophic").asBoolean();
        return alone(() -> {
            requireInSync();
            return "Triggered failure on node " + operations.fail(catastrophic);
        });
    }

    /**
     * Restarts one broker after the other, each when all replicas are in sync, and then the processes. A process that
     * starts meanwhile gets the former certificates, which all brokers trust; if this fails, all keep them.
     */
    private Map<String, Object> rotateCredentials(Operations operations) throws InterruptedException {
        return alone(() -> {
            var begin = Instant.now();
            awaitInSync(
                    begin.plus(FIRST_IN_SYNC_WITHIN),
                    MISSING + " after %d s, and nothing was replaced.".formatted(FIRST_IN_SYNC_WITHIN.toSeconds()));
            operations.replaceCertificates();
            for (var broker = 0; broker < addon.brokers(); broker++) {
                operations.restartBroker(broker);
                awaitInSync(
                        begin.plus(IN_SYNC_WITHIN),
                        MISSING
                                + " after %d s. All clients keep the former certificates, which still hold: when all brokers are up, reset the credentials again."
                                        .formatted(IN_SYNC_WITHIN.toSeconds()));
            }
            operations.restartProcesses();
            return "The credentials were reset: the brokers take the new certificates, and the former ones until bin/up"
                    + " starts again; the processes start again with the new ones.";
        });
    }

    /** A broker that ends while another is missing can stop the cluster, and lose for good what only it has. */
    private void requireInSync() throws InterruptedException {
        if (!cluster.isInSync(addon.brokers())) {
            throw ControlException.invalid(MISSING + ", and no other may fail meanwhile: wait, and try again.");
        }
    }

    private void awaitInSync(Instant end, String otherwise) throws InterruptedException {
        while (!cluster.isInSync(addon.brokers())) {
            if (Instant.now().isAfter(end)) {
                throw new ControlException(503, "unavailable", otherwise);
            }
            Thread.sleep(PAUSE);
        }
    }

    /** Does what stops brokers, unless that is being done already. */
    private Map<String, Object> alone(Disturbance disturbance) throws InterruptedException {
        if (!disturbed.tryAcquire()) {
            throw ControlException.invalid("Brokers are being stopped by an earlier call: wait until it has ended.");
        }
        try {
            return message(disturbance.cause());
        } finally {
            disturbed.release();
        }
    }

    /** Returns the sentence for the operator. */
    private interface Disturbance {
        String cause() throws InterruptedException;
    }

    /** Sample of now; there is an earlier one then, for rates. */
    private synchronized ClusterSample sample() throws InterruptedException {
        var now = cluster.sample();
        var age = former.map(sample -> Duration.between(sample.at(), now.at())).orElse(LONGEST_SAMPLE);
        if (age.compareTo(SHORTEST_SAMPLE) >= 0 && age.compareTo(LONGEST_SAMPLE) < 0) {
            return now;
        }
        former = Optional.of(now);
        Thread.sleep(SHORTEST_SAMPLE);
        return cluster.sample();
    }

    private Rates rates(ClusterSample now, Topic topic) {
        return now.since(former.orElse(now), addon.prefix() + topic.name());
    }

    private static TopicRequest request(JsonNode topic) {
        return new TopicRequest(
                number(topic, "partition_count").map(Math::toIntExact),
                number(topic, "replication_factor").map(Math::toIntExact),
                topic.path("compaction").getNodeType() == JsonNodeType.BOOLEAN
                        ? Optional.of(topic.get("compaction").asBoolean())
                        : Optional.empty(),
                number(topic, "retention_time_ms").map(Duration::ofMillis));
    }

    /** Whole number of a field, which the plugin sends as a number or as text. */
    private static Optional<Long> number(JsonNode node, String field) {
        return text(node, field).map(text -> {
            var digits = field.endsWith("_ms") ? 18 : 9;
            if (!text.matches("\\d{1," + digits + "}")) {
                throw ControlException.invalid(
                        "%s has to be a whole number of at most %d digits, and is %s.".formatted(field, digits, text));
            }
            return Long.parseLong(text);
        });
    }

    private static Optional<String> text(JsonNode node, String field) {
        return new Call(Map.of(), node).text(field);
    }

    private static String group(Call call) {
        return text(call.body().path("consumer_group"), "name")
                .orElseThrow(() -> ControlException.badRequest("A consumer group needs a name."));
    }

    private static String required(Call call, String field) {
        return call.text(field)
                .orElseThrow(() -> ControlException.badRequest("The body needs the field " + field + "."));
    }

    private static Map<String, Object> message(String sentence) {
        return Map.of("message", sentence);
    }

    private static Map<String, Object> refuse(String sentence) {
        throw ControlException.invalid(sentence);
    }
}

package millrace.channels;

import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import millrace.events.Catalogue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;

/**
 * Creates the topics of the catalogue on a cluster as the plan has them, grants permissions, and sets quotas. It deletes
 * no topic. Each method throws {@link ClusterException} where the cluster refuses it.
 */
public final class TopicProvisioner {
    /** Name of the setting of a topic for the number of replicas that confirm a record. */
    static final String CONFIRMING = "min.insync.replicas";

    private static final Duration IN_FORCE_WITHIN = Duration.ofSeconds(30);

    private final Admin admin;
    private final Plan plan;
    private final String prefix;
    private final int brokers;

    /** @param brokers number of brokers: a topic has at most as many replicas */
    public TopicProvisioner(Admin admin, Plan plan, String prefix, int brokers) {
        this.admin = admin;
        this.plan = plan;
        this.prefix = prefix;
        this.brokers = brokers;
    }

    /** Creates missing topics and updates cleanup and retention of existing ones. */
    public void createOrUpdate(List<Catalogue.Entry> entries) {
        var existing = KafkaAnswers.of(admin.listTopics().names());
        var there = entries.stream()
                .filter(entry -> existing.contains(topic(entry)))
                .collect(toSet());
        create(entries.stream().filter(entry -> !there.contains(entry)).toList());
        KafkaAnswers.of(admin.incrementalAlterConfigs(changes(there)).all());
    }

    /** Creates the topics, none of which exists. */
    public void create(List<Catalogue.Entry> entries) {
        KafkaAnswers.of(admin.createTopics(entries.stream().map(this::newTopic).toList())
                .all());
    }

    /**
     * Creates the ACLs and waits until they are in force: the broker applies them a moment after it has accepted them.
     */
    public void grant(List<AclBinding> permissions) {
        KafkaAnswers.of(admin.createAcls(permissions).all());
        var end = Instant.now().plus(IN_FORCE_WITHIN);
        while (!KafkaAnswers.of(admin.describeAcls(AclBindingFilter.ANY).values())
                .containsAll(permissions)) {
            if (Instant.now().isAfter(end)) {
                throw new ClusterException(
                        "The permissions are not in force after " + IN_FORCE_WITHIN.toSeconds() + " s.", null);
            }
        }
    }

    /** Removes the ACLs that match; returns when they are removed. */
    public void revoke(AclBindingFilter permissions) {
        KafkaAnswers.of(admin.deleteAcls(List.of(permissions)).all());
    }

    /**
     * Sets the quotas of the plan for the clients of an identity. Kafka has quotas for each broker, in whole bytes: each
     * gets its share.
     */
    public void limit(String identity) {
        var limits = new ArrayList<ClientQuotaAlteration.Op>();
        plan.produceBytesPerSecond().ifPresent(bytes -> limits.add(limit("producer_byte_rate", bytes)));
        plan.consumeBytesPerSecond().ifPresent(bytes -> limits.add(limit("consumer_byte_rate", bytes)));
        if (!limits.isEmpty()) {
            var user = new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, identity));
            KafkaAnswers.of(admin.alterClientQuotas(List.of(new ClientQuotaAlteration(user, limits)))
                    .all());
        }
    }

    private ClientQuotaAlteration.Op limit(String name, long bytesPerSecond) {
        return new ClientQuotaAlteration.Op(name, (double) (bytesPerSecond / brokers));
    }

    /**
     * Returns those of the permissions that the cluster lacks, and none where it checks no permissions; empty where it
     * does not show them to the client.
     */
    public Optional<List<AclBinding>> lacking(List<AclBinding> permissions) {
        KafkaFuture<Optional<Collection<AclBinding>>> answer =
                admin.describeAcls(AclBindingFilter.ANY).values().thenApply(Optional::of);
        return KafkaAnswers.of(
                        answer,
                        Map.of(
                                AuthorizationException.class,
                                Optional.empty(),
                                SecurityDisabledException.class,
                                Optional.of(permissions)))
                .map(present -> permissions.stream()
                        .distinct()
                        .filter(permission -> !present.contains(permission))
                        .toList());
    }

    /** Settings of a topic that decide which records stay. */
    static Map<String, String> settings(Catalogue.Entry entry, Plan plan) {
        var cleanup = plan.cleanup(entry);
        var settings = new HashMap<String, String>();
        settings.put("cleanup.policy", cleanup.policy());
        cleanup.retention().ifPresent(time -> settings.put("retention.ms", Long.toString(time.toMillis())));
        return settings;
    }

    /** Number of replicas that confirm a record, so that one may be lost and another be away. */
    static int confirming(int replicas) {
        return Math.max(1, replicas - 1);
    }

    private NewTopic newTopic(Catalogue.Entry entry) {
        var replicas = Math.min(entry.replicas(), brokers);
        var settings = settings(entry, plan);
        settings.put(CONFIRMING, Integer.toString(confirming(replicas)));
        return new NewTopic(topic(entry), entry.partitions(), (short) replicas).configs(settings);
    }

    private String topic(Catalogue.Entry entry) {
        return prefix + entry.name();
    }

    private Map<ConfigResource, Collection<AlterConfigOp>> changes(Set<Catalogue.Entry> entries) {
        var changes = new HashMap<ConfigResource, Collection<AlterConfigOp>>();
        for (var entry : entries) {
            changes.put(
                    new ConfigResource(ConfigResource.Type.TOPIC, topic(entry)),
                    settings(entry, plan).entrySet().stream()
                            .map(setting -> new AlterConfigOp(
                                    new ConfigEntry(setting.getKey(), setting.getValue()), AlterConfigOp.OpType.SET))
                            .toList());
        }
        return changes;
    }
}

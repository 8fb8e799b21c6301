package millrace.local;

import static java.util.stream.Collectors.toSet;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Creates the topics of the catalogue on the broker and grants the application its rights: those that the PaaS grants,
 * and beyond them transactions, and deleting records that Kafka Streams has read from its internal topics.
 */
final class TopicProvisioner {
    private static final String APP = "User:app";
    private static final Duration IN_FORCE_WITHIN = Duration.ofSeconds(30);
    private static final String ANY_HOST = "*";

    private final Admin admin;
    private final String prefix;
    private final int brokers;

    TopicProvisioner(Admin admin, String prefix, int brokers) {
        this.admin = admin;
        this.prefix = prefix;
        this.brokers = brokers;
    }

    /** Creates missing topics and updates cleanup and retention of existing ones; no record is lost. */
    void createOrUpdate(List<Catalogue.Entry> entries) {
        try {
            var existing = admin.listTopics().names().get();
            var there =
                    entries.stream().map(this::topic).filter(existing::contains).collect(toSet());
            admin.createTopics(entries.stream()
                            .filter(entry -> !there.contains(topic(entry)))
                            .map(entry -> new NewTopic(topic(entry), entry.partitions(), replicas(entry))
                                    .configs(configs(entry)))
                            .toList())
                    .all()
                    .get();
            admin.incrementalAlterConfigs(changes(entries.stream()
                            .filter(entry -> there.contains(topic(entry)))
                            .toList()))
                    .all()
                    .get();
            grant(permissions(entries));
        } catch (ExecutionException e) {
            throw new StartException(
                    "The channels cannot be made: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("The channels were not made: the start was interrupted.", e);
        }
    }

    /**
     * Creates the ACLs and waits until they are in force: the broker applies them a moment after it has accepted them.
     */
    private void grant(List<AclBinding> permissions) throws ExecutionException, InterruptedException {
        admin.createAcls(permissions).all().get();
        var end = Instant.now().plus(IN_FORCE_WITHIN);
        while (!admin.describeAcls(AclBindingFilter.ANY).values().get().containsAll(permissions)) {
            if (Instant.now().isAfter(end)) {
                throw new StartException(
                        "The permissions are not in force after " + IN_FORCE_WITHIN.toSeconds() + " s.");
            }
        }
    }

    private String topic(Catalogue.Entry entry) {
        return prefix + entry.name();
    }

    private short replicas(Catalogue.Entry entry) {
        return (short) Math.min(entry.replicas(), brokers);
    }

    private static Map<String, String> configs(Catalogue.Entry entry) {
        var configs = new HashMap<String, String>();
        configs.put("cleanup.policy", entry.cleanupPolicy());
        entry.retention().ifPresent(time -> configs.put("retention.ms", Long.toString(time.toMillis())));
        return configs;
    }

    private Map<ConfigResource, Collection<AlterConfigOp>> changes(List<Catalogue.Entry> entries) {
        var changes = new HashMap<ConfigResource, Collection<AlterConfigOp>>();
        for (var entry : entries) {
            changes.put(
                    new ConfigResource(ConfigResource.Type.TOPIC, topic(entry)),
                    configs(entry).entrySet().stream()
                            .map(config -> new AlterConfigOp(
                                    new ConfigEntry(config.getKey(), config.getValue()), AlterConfigOp.OpType.SET))
                            .toList());
        }
        return changes;
    }

    private List<AclBinding> permissions(List<Catalogue.Entry> entries) {
        var permissions = new ArrayList<AclBinding>();
        for (var entry : entries) {
            var topic = new ResourcePattern(ResourceType.TOPIC, topic(entry), PatternType.LITERAL);
            Stream.of(READ, WRITE, DESCRIBE).forEach(operation -> permissions.add(allow(topic, operation)));
            if (entry.internal()) {
                permissions.add(allow(topic, DELETE));
            }
        }
        var groups = new ResourcePattern(ResourceType.GROUP, prefix, PatternType.PREFIXED);
        Stream.of(READ, DESCRIBE, DELETE).forEach(operation -> permissions.add(allow(groups, operation)));
        var transactions = new ResourcePattern(ResourceType.TRANSACTIONAL_ID, prefix, PatternType.PREFIXED);
        Stream.of(WRITE, DESCRIBE).forEach(operation -> permissions.add(allow(transactions, operation)));
        return permissions;
    }

    private static AclBinding allow(ResourcePattern what, AclOperation operation) {
        return new AclBinding(what, new AccessControlEntry(APP, ANY_HOST, operation, AclPermissionType.ALLOW));
    }
}

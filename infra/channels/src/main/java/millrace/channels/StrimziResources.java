package millrace.channels;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Writes the topics and the identities of a cluster as resources of Strimzi's operators ({@code kafka.strimzi.io/v1}).
 * The password or certificate of each user is in a secret that the operator makes.
 *
 * @param cluster name of the Kafka resource
 * @param prefix of the name of every topic and group; may be empty
 * @param authentication {@code "tls"} or {@code "scram-sha-512"}
 */
public record StrimziResources(String cluster, String prefix, String authentication) {
    private static final ObjectMapper YAML = new ObjectMapper(
            YAMLFactory.builder().enable(YAMLGenerator.Feature.MINIMIZE_QUOTES).build());
    private static final String PRINCIPAL = "User:";

    /** Returns a document of YAML for each topic, and for the identity of each service. */
    public String yaml(List<Catalogue.Entry> entries) {
        var users = new LinkedHashMap<String, List<AclBinding>>();
        KafkaIdentities.ownPermissions(entries, prefix)
                .forEach(permission -> users.computeIfAbsent(
                                permission.entry().principal().substring(PRINCIPAL.length()), user -> new ArrayList<>())
                        .add(permission));
        return Stream.concat(
                        entries.stream().map(this::topic),
                        users.entrySet().stream().map(user -> user(user.getKey(), user.getValue())))
                .map(StrimziResources::text)
                .reduce("", String::concat);
    }

    private ObjectNode topic(Catalogue.Entry entry) {
        var topic = resource("KafkaTopic", entry.name());
        var spec = topic.putObject("spec");
        spec.put("topicName", prefix + entry.name());
        spec.put("partitions", entry.partitions());
        spec.put("replicas", entry.replicas());
        var config = spec.putObject("config");
        new TreeMap<>(TopicProvisioner.settings(entry, Plan.STANDARD_0)).forEach(config::put);
        config.put(TopicProvisioner.CONFIRMING, TopicProvisioner.confirming(entry.replicas()));
        return topic;
    }

    private ObjectNode user(String name, List<AclBinding> permissions) {
        record Rule(ResourcePattern resource, AclPermissionType type) {}
        var rules = new LinkedHashMap<Rule, Collection<AclOperation>>();
        permissions.forEach(permission -> rules.computeIfAbsent(
                        new Rule(permission.pattern(), permission.entry().permissionType()), rule -> new TreeSet<>())
                .add(permission.entry().operation()));
        var user = resource("KafkaUser", name);
        var spec = user.putObject("spec");
        spec.putObject("authentication").put("type", authentication);
        var acls = spec.putObject("authorization").put("type", "simple").putArray("acls");
        rules.forEach((rule, operations) -> {
            var acl = acls.addObject();
            acl.put("type", rule.type().name().toLowerCase(Locale.ROOT));
            acl.putObject("resource")
                    .put("type", type(rule.resource().resourceType()))
                    .put("name", rule.resource().name())
                    .put(
                            "patternType",
                            switch (rule.resource().patternType()) {
                                case LITERAL -> "literal";
                                case PREFIXED -> "prefix";
                                default -> throw new IllegalArgumentException("Strimzi has no " + rule.resource());
                            });
            var names = acl.putArray("operations");
            operations.forEach(operation -> names.add(
                    operation.name().charAt(0) + operation.name().substring(1).toLowerCase(Locale.ROOT)));
        });
        return user;
    }

    private ObjectNode resource(String kind, String name) {
        var resource = YAML.createObjectNode();
        resource.put("apiVersion", "kafka.strimzi.io/v1");
        resource.put("kind", kind);
        var metadata = resource.putObject("metadata");
        metadata.put("name", name);
        metadata.putObject("labels").put("strimzi.io/cluster", cluster);
        return resource;
    }

    private static String type(ResourceType type) {
        return Map.of(
                        ResourceType.TOPIC, "topic",
                        ResourceType.GROUP, "group",
                        ResourceType.TRANSACTIONAL_ID, "transactionalId")
                .get(type);
    }

    private static String text(ObjectNode resource) {
        try {
            return YAML.writeValueAsString(resource);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of JSON can be written as YAML", e);
        }
    }
}

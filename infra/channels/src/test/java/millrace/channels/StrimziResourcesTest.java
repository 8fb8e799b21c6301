package millrace.channels;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import io.strimzi.api.kafka.model.user.KafkaUserAuthorizationSimple;
import io.strimzi.api.kafka.model.user.acl.AclResourcePatternType;
import io.strimzi.api.kafka.model.user.acl.AclRule;
import io.strimzi.api.kafka.model.user.acl.AclRuleGroupResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleTopicResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleType;
import io.strimzi.api.kafka.model.user.acl.StrimziAclOperation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The classes of the operators read the resources and leave no property of them unknown; their schemas accept them. */
class StrimziResourcesTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String PREFIX = "shop.";

    private static StrimziSchemas schemas;

    @BeforeAll
    static void generateSchemas(@TempDir Path folder) throws Exception {
        schemas = StrimziSchemas.generate(folder);
    }

    @Test
    void each_topic_of_the_catalogue_is_a_resource_with_its_settings() {
        var topics = read("KafkaTopic", KafkaTopic.class);

        assertThat(topics)
                .extracting(topic -> topic.getSpec().getTopicName())
                .containsExactlyInAnyOrderElementsOf(Catalogue.entries().stream()
                        .map(entry -> PREFIX + entry.name())
                        .toList());
        assertThat(topics).allSatisfy(topic -> {
            assertThat(topic.getApiVersion()).isEqualTo("kafka.strimzi.io/v1");
            assertThat(topic.getMetadata().getLabels()).containsEntry("strimzi.io/cluster", "millrace");
            assertThat(topic.getMetadata().getName()).matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
            assertThat(topic.getAdditionalProperties()).isEmpty();
            assertThat(topic.getSpec().getAdditionalProperties()).isEmpty();
        });
        var clicks = named("clicks", topics);
        assertThat(clicks.getSpec().getPartitions()).isEqualTo(3);
        assertThat(clicks.getSpec().getReplicas()).isEqualTo(3);
        assertThat(new TreeMap<>(clicks.getSpec().getConfig()))
                .hasToString("{cleanup.policy=delete, min.insync.replicas=2, retention.ms=604800000}");
    }

    @Test
    void each_service_is_a_user_with_the_permissions_that_the_catalogue_implies() {
        var users = read("KafkaUser", KafkaUser.class);

        assertThat(users)
                .extracting(user -> user.getMetadata().getName())
                .containsExactlyInAnyOrderElementsOf(KafkaIdentities.processes().stream()
                        .map(KafkaIdentities::ofProcess)
                        .toList());
        assertThat(users).allSatisfy(user -> {
            assertThat(user.getSpec().getAuthentication().getType()).isEqualTo("scram-sha-512");
            assertThat(user.getSpec().getAdditionalProperties()).isEmpty();
            assertThat(rules(user))
                    .isNotEmpty()
                    .allSatisfy(
                            rule -> assertThat(rule.getAdditionalProperties()).isEmpty());
        });
        assertThat(rules(named("millrace-web", users))).anySatisfy(rule -> {
            assertThat(rule.getType()).isEqualTo(AclRuleType.ALLOW);
            assertThat(rule.getOperations()).contains(StrimziAclOperation.WRITE, StrimziAclOperation.DESCRIBE);
            assertThat(rule.getResource()).isInstanceOfSatisfying(AclRuleTopicResource.class, topic -> {
                assertThat(topic.getName()).isEqualTo("shop.clicks");
                assertThat(topic.getPatternType()).isEqualTo(AclResourcePatternType.LITERAL);
            });
        });
        // fork: analytics audit
        assertThat(rules(named("millrace-web", users)))
                .noneMatch(rule -> rule.getResource() instanceof AclRuleTopicResource topic
                        && topic.getName().equals("shop.orders"));
        // fork: end
        assertThat(rules(named("millrace-consumer", users)))
                .anyMatch(rule -> rule.getType() == AclRuleType.DENY
                        && rule.getResource() instanceof AclRuleGroupResource group
                        && group.getPatternType() == AclResourcePatternType.PREFIX
                        && group.getName().equals("shop.orders-"));
    }

    @Test
    void the_schemas_of_the_custom_resource_definitions_accept_each_resource() {
        assertThat(Stream.of("tls", "scram-sha-512").flatMap(StrimziResourcesTest::documents))
                .hasSizeGreaterThan(2 * Catalogue.entries().size())
                .allSatisfy(document -> assertThat(schemas.errors(document)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "KafkaTopic | /spec | {\"topic\": \"clicks\"} | topic",
                "KafkaTopic | /spec | {\"partitions\": 0} | partitions",
                "KafkaTopic | /spec | {\"replicas\": \"three\"} | replicas",
                "KafkaUser | /spec/authentication | {\"type\": \"plain\"} | authentication",
                "KafkaUser | /spec/authorization/acls/0 | {\"operations\": [\"Publish\"]} | operations",
                "KafkaUser | /spec/authorization/acls/0/resource | {\"patternType\": \"prefixed\"} | patternType",
                "KafkaUser | /spec/authorization/acls/0 | {\"operation\": \"Read\"} | operation"
            })
    void a_wrong_field_is_found(String kind, String place, String change, String named) throws IOException {
        var resource = documents("tls")
                .filter(document -> document.get("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow();
        assertThat(schemas.errors(resource)).isEmpty();
        ((ObjectNode) resource.at(place)).setAll((ObjectNode) YAML.readTree(change));

        assertThat(schemas.errors(resource)).isNotEmpty().anyMatch(error -> error.contains(named));
    }

    private static List<AclRule> rules(KafkaUser user) {
        return ((KafkaUserAuthorizationSimple) user.getSpec().getAuthorization()).getAcls();
    }

    private static <T extends HasMetadata> T named(String name, List<T> resources) {
        return resources.stream()
                .filter(resource -> resource.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static <T> List<T> read(String kind, Class<T> type) {
        return documents("scram-sha-512")
                .filter(document -> document.get("kind").asText().equals(kind))
                .map(document -> YAML.convertValue(document, type))
                .toList();
    }

    private static Stream<JsonNode> documents(String authentication) {
        var text = new StrimziResources("millrace", PREFIX, authentication).yaml(Catalogue.entries());
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
            return documents.readAll().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

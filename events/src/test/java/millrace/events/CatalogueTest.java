package millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    private static final Pattern MODULE = Pattern.compile("<module>(.*?)</module>");

    // fork: heroku analytics
    /** Partitions of Heroku's plan basic-0. */
    private static final int PLAN_PARTITIONS = 240;

    private static final int PLAN_TOPICS = 40;
    // fork: end

    private static final JsonNode DOCUMENT = Catalogue.document();

    @Test
    void java_and_the_catalogue_list_the_same_channels() {
        assertThat(Channels.ALL.stream().map(Channel::name))
                .containsExactlyElementsOf(
                        Catalogue.channels().stream().map(Catalogue.Entry::name).toList());
    }

    @Test
    void the_number_of_partitions_can_be_overridden_after_the_document_was_parsed() {
        var usual = Catalogue.entry("clicks").partitions();
        System.setProperty(Catalogue.PARTITIONS, Integer.toString(usual + 9));
        try {
            assertThat(Catalogue.entries())
                    .extracting(Catalogue.Entry::partitions)
                    .containsOnly(usual + 9);
        } finally {
            System.clearProperty(Catalogue.PARTITIONS);
        }

        assertThat(Catalogue.entry("clicks").partitions()).isEqualTo(usual);
    }

    @Test
    void every_channel_has_a_key_an_owner_and_readers_that_are_modules() throws IOException {
        var modules = modules();
        assertThat(Catalogue.channels()).allSatisfy(channel -> {
            assertThat(channel.key()).isNotBlank();
            assertThat(channel.summary()).isNotBlank();
            assertThat(modules).containsAll(channel.writers());
            assertThat(channel.readers()).isNotEmpty();
            assertThat(channel.readers()).allMatch(reader -> reader.equals("*") || modules.contains(reader));
        });
    }

    // fork: heroku analytics
    /** Both generations of analytics exist while it is rebuilt. */
    @Test
    void all_topics_and_a_second_generation_of_analytics_fit_the_plan_that_the_app_orders() throws IOException {
        assertThat(Files.readString(Path.of("../app.json"))).contains("heroku-kafka:basic-0");
        var partitions = withSecondGenerationOfAnalytics()
                .mapToInt(Catalogue.Entry::partitions)
                .sum();
        var topics = withSecondGenerationOfAnalytics().count();

        assertThat(PLAN_PARTITIONS - partitions)
                .as("partitions that are left of the %d of the plan basic-0 in app.json", PLAN_PARTITIONS)
                .isNotNegative();
        assertThat(PLAN_TOPICS - topics)
                .as("topics that are left of the %d of the plan basic-0 in app.json", PLAN_TOPICS)
                .isNotNegative();
        assertThat(Path.of("../infra/heroku/README.md"))
                .content()
                .contains(
                        "Two generations of analytics are %d topics and %d partitions with all others; the plan has %d and %d."
                                .formatted(topics, partitions, PLAN_TOPICS, PLAN_PARTITIONS));
    }
    // fork: end

    // fork: heroku analytics
    private static Stream<Catalogue.Entry> withSecondGenerationOfAnalytics() {
        return Stream.concat(
                Catalogue.entries().stream(), Catalogue.entriesOfGeneration("analytics-stream", 2).stream());
    }
    // fork: end

    @Test
    void the_process_of_each_module_is_the_one_that_the_procfile_starts() throws IOException {
        var procfile = Files.readAllLines(Path.of("../Procfile"));
        var modules = Catalogue.channels().stream()
                .flatMap(channel -> Stream.concat(channel.writers().stream(), channel.readers().stream()))
                .collect(Collectors.toSet());

        assertThat(names(DOCUMENT.path("x-processes")))
                .isNotEmpty()
                .allSatisfy(module -> assertThat(procfile)
                        .filteredOn(line -> line.contains(module + "/target"))
                        .hasSize(1));
        assertThat(modules)
                .allSatisfy(module -> assertThat(procfile)
                        .filteredOn(line -> line.contains(module + "/target"))
                        .as("the process of %s, which x-processes names where it is not the module's name", module)
                        .allMatch(line -> line.startsWith(Catalogue.process(module) + ": ")));
    }

    @Test
    void the_processes_of_writers_and_readers_count_except_for_any_reader_and_the_uncounted() {
        var transactions = Catalogue.counting(Catalogue.entry("transactions"));

        assertThat(transactions.writers()).contains("web", "orders");
        assertThat(transactions.readers()).contains("orders");
        assertThat(Catalogue.counting(Catalogue.entry("order-state")).readers()).doesNotContain("*");
        // fork: audit
        assertThat(Catalogue.counting(Catalogue.entry("order-state")).readers()).contains("audit");
        assertThat(Catalogue.counting(Catalogue.entry("audit-events")).writers())
                .isEmpty();
        // fork: end
    }

    @Test
    void every_entry_says_how_it_is_kept() {
        assertThat(Catalogue.entries()).allSatisfy(entry -> {
            assertThat(entry.partitions()).isPositive();
            assertThat(entry.replicas()).isEqualTo(3);
            assertThat(entry.cleanupPolicy()).isIn("delete", "compact", "compact,delete");
            assertThat(entry.retention().isPresent())
                    .isEqualTo(entry.cleanupPolicy().contains("delete"));
        });
    }

    // fork: audit
    @Test
    void what_the_audit_service_keeps_it_may_read() {
        assertThat(Catalogue.channels())
                .allSatisfy(channel -> assertThat(channel.audited())
                        .isEqualTo(channel.readers().contains("audit-service")));
    }
    // fork: end

    @Test
    void topics_of_kafka_streams_belong_to_their_owner_alone() {
        assertThat(Catalogue.entries())
                .filteredOn(Catalogue.Entry::internal)
                .allSatisfy(entry -> assertThat(entry.readers()).containsExactly(entry.owner()));
    }

    // fork: analytics
    @Test
    void a_generation_has_every_topic_of_its_module_under_a_name_of_its_own() {
        var second = Catalogue.entriesOfGeneration("analytics-stream", 2);

        assertThat(second)
                .extracting(Catalogue.Entry::name)
                .hasSize((int) Catalogue.entries().stream()
                        .filter(entry -> entry.owner().equals("analytics-stream"))
                        .count())
                .contains("visits-g2", "abandoned-carts-g2", "analytics-g2-events-changelog")
                .doesNotContainAnyElementsOf(
                        Catalogue.entries().stream().map(Catalogue.Entry::name).toList());
        // fork: audit
        assertThat(second).noneMatch(Catalogue.Entry::audited);
        // fork: end
    }
    // fork: end

    // fork: analytics
    @Test
    void the_first_generation_has_topics_of_its_own_for_effects_only() {
        assertThat(Catalogue.entriesOfGeneration("analytics-stream", 1))
                .extracting(Catalogue.Entry::name)
                .isNotEmpty()
                .containsExactlyElementsOf(Catalogue.channels().stream()
                        .filter(channel -> channel.effect() && channel.owner().equals("analytics-stream"))
                        .map(channel -> channel.name() + "-g1")
                        .toList());
    }
    // fork: end

    @Test
    void every_type_has_the_fields_of_its_schema() {
        var types = Examples.ALL.keySet().stream().map(Record::getClass).collect(Collectors.toSet());
        assertThat(types)
                .allSatisfy(type -> assertFields(type, DOCUMENT.at("/components/schemas/" + type.getSimpleName())));
    }

    @Test
    void every_message_of_a_channel_is_a_type_and_every_type_a_message() {
        var messages = Catalogue.channels().stream()
                .flatMap(channel -> names(DOCUMENT.at("/channels/" + channel.name() + "/messages")))
                .filter(name -> !name.equals("DeadLetter"))
                .collect(Collectors.toSet());

        assertThat(messages)
                .isEqualTo(Examples.ALL.keySet().stream()
                        .map(value -> value.getClass().getSimpleName())
                        .collect(Collectors.toSet()));
    }

    @Test
    void every_event_of_a_sealed_type_is_a_message_of_its_channel() {
        var sealedTypes = Examples.ALL.keySet().stream()
                .flatMap(example -> Stream.of(example.getClass().getInterfaces()))
                .filter(Class::isSealed)
                .collect(Collectors.toSet());
        var messages = Catalogue.channels().stream()
                .map(channel -> messages(channel.name()))
                .toList();

        assertThat(sealedTypes)
                .isNotEmpty()
                .allSatisfy(type -> assertThat(messages)
                        .as("messages of each channel, one of which has all events of %s", type.getSimpleName())
                        .contains(permitted(type)));
    }

    @Test
    void the_schemas_of_a_channel_are_in_the_file_of_its_name() throws IOException {
        var folder = Path.of("src/main/resources/millrace/events");
        var document = new YAMLMapper().readTree(folder.resolve("channels.yaml").toFile());

        for (var channel : document.get("channels").properties()) {
            for (var message : channel.getValue().get("messages").properties()) {
                if (!message.getKey().equals("DeadLetter")) {
                    assertThat(message.getValue().at("/payload/$ref").asText())
                            .isEqualTo("schemas/" + channel.getKey() + ".yaml#/" + message.getKey());
                }
            }
        }
        try (var files = Files.list(folder.resolve("schemas"))) {
            for (var file : files.toList()) {
                assertThat(names(DOCUMENT.at("/components/schemas")))
                        .as("schemas that a message uses: one in %s is unused", file.getFileName())
                        .containsAll(
                                names(new YAMLMapper().readTree(file.toFile())).toList());
            }
        }
    }

    private static Set<String> modules() throws IOException {
        return MODULE.matcher(Files.readString(Path.of(System.getProperty("project.root"), "pom.xml")))
                .results()
                .map(module -> module.group(1))
                .collect(Collectors.toSet());
    }

    private static Set<String> messages(String channel) {
        return names(DOCUMENT.at("/channels/" + channel + "/messages")).collect(Collectors.toSet());
    }

    private static Set<String> permitted(Class<?> type) {
        return Arrays.stream(type.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .collect(Collectors.toSet());
    }

    /** Compares the fields of a record, and those of the records in it, with the schema and the schemas in it. */
    private static void assertFields(Class<?> type, JsonNode schema) {
        assertThat(fields(type))
                .as("fields of %s and of its schema", type.getName())
                .isEqualTo(schemaFields(schema));
        for (var component : type.getRecordComponents()) {
            var part = component.getGenericType() instanceof ParameterizedType list
                    ? list.getActualTypeArguments()[0]
                    : component.getType();
            if (part instanceof Class<?> record && record.isRecord()) {
                var field = schema.at("/properties/" + field(component));
                var reference = (field.has("items") ? field.get("items") : field)
                        .get("$ref")
                        .asText();
                assertFields(record, DOCUMENT.at(reference.substring(1)));
            }
        }
    }

    private static Set<String> fields(Class<?> type) {
        var fields = Arrays.stream(type.getRecordComponents()).map(CatalogueTest::field);
        var tagged =
                type.getDeclaringClass() != null && type.getDeclaringClass().isSealed() && tag(type);
        return Stream.concat(fields, tagged ? Stream.of("type") : Stream.empty())
                .collect(Collectors.toSet());
    }

    private static String field(RecordComponent component) {
        var renamed = component.getAccessor().getAnnotation(JsonProperty.class);
        return renamed == null ? component.getName() : renamed.value();
    }

    private static boolean tag(Class<?> type) {
        return type.getDeclaringClass().isAssignableFrom(type);
    }

    private static Set<String> schemaFields(JsonNode schema) {
        var fields = names(schema.path("properties")).collect(Collectors.toSet());
        schema.path("x-unread").forEach(field -> fields.remove(field.asText()));
        return fields;
    }

    private static Stream<String> names(JsonNode node) {
        return node.properties().stream().map(property -> property.getKey());
    }
}

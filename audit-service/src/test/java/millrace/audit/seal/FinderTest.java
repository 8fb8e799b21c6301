package millrace.audit.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import millrace.events.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Jackson's tree of the same value, with thousands of values that nobody thought of. */
class FinderTest {
    private static final List<String> NAMES =
            List.of("userId", "context", "ip", "a", "traits", "name", "page", "sealed:7:A");
    /** The names that the schema lists, and that are not personal; with the fields of another object in none. */
    private static final List<String> MESSAGE = List.of("name");

    private static final List<String> CONTEXT = List.of("page");
    private static final List<String> PAGE = List.of("path");
    private static final List<String> TEXTS = List.of(
            "\"\"", "\"ä€😀\"", "\"\\\"}\"", "\"sealed:7:AA\"", "\"\\u0000\"", "\"" + "long".repeat(2000) + "\"");
    private static final List<String> SCALARS =
            List.of("0", "-17", "1.5e-9", "true", "false", "null", "12345678901234");

    private final Random random = new Random(7);

    @Test
    void whatever_the_value_redaction_takes_what_is_personal_and_opening_brings_it_back() throws Exception {
        for (var i = 0; i < 20_000; i++) {
            var text = object(4);
            var sealed = SealedValue.of("clicks", "clicks.page", text.getBytes(UTF_8));
            if (sealed.text().equals(text)) {
                continue;
            }
            assertThat(sealed.opened()).isEqualTo(text);
            assertThat(Json.MAPPER.readTree(sealed.redacted().value())).isEqualTo(redacted(text));
            assertThat(Remains.match(sealed.value(), sealed.coordinates(), text.getBytes(UTF_8)))
                    .isTrue();
        }
    }

    @Test
    void a_name_that_is_text_of_another_kind_is_a_name_too() {
        assertThat(SealedValue.of("clicks.page", "{'userId':17}").subject()).contains("17");
        assertThat(SealedValue.of("clicks.page", "{'userId':{'a':1}}").subject())
                .isEmpty();
        assertThat(SealedValue.of("clicks.page", "{'anonymousId':'','userId':'u'}")
                        .subject())
                .contains("u");
        assertThat(SealedValue.of("clicks.page", "{'userId':'u','userId':'v'}").subject())
                .isEqualTo(Optional.of("v"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"alias\",\"previousId\":\"700321\"}",
                "{\"batch\":[{\"type\":\"alias\",\"previousId\":700321}]}",
                "{\"specversion\":\"1.0\",\"partitionkey\":\"700321\"}",
                "[{\"specversion\":\"1.0\",\"subject\":\"700321\"}]",
            })
    void who_is_named_in_what_was_refused_is_found_by_the_former_id_and_by_the_one_of_a_cloud_event(String refused) {
        var original = Base64.getEncoder().encodeToString(refused.getBytes(UTF_8));

        assertThat(SealedValue.of("rejected-events.EventRejected", "{'original':'" + original + "'}")
                        .subject())
                .contains("700321");
    }

    private static JsonNode redacted(String text) throws Exception {
        var tree = (ObjectNode) Json.MAPPER.readTree(text);
        redact(tree, MESSAGE);
        return tree;
    }

    private static void redact(JsonNode node, List<String> known) {
        if (node instanceof ObjectNode object) {
            for (var field : object.properties().stream().toList()) {
                var isListed = known.contains(field.getKey());
                if (field.getKey().equals("context") && known == MESSAGE) {
                    redactField(object, field, () -> redact(field.getValue(), CONTEXT));
                } else if (field.getKey().equals("page") && known == CONTEXT) {
                    redactField(object, field, () -> redact(field.getValue(), PAGE));
                } else if (!isListed) {
                    object.putNull(field.getKey());
                } else {
                    redactField(object, field, () -> redactDisguised(field.getValue()));
                }
            }
        } else {
            node.forEach(element -> redact(element, known));
        }
    }

    private static void redactField(ObjectNode object, Map.Entry<String, JsonNode> field, Runnable inner) {
        if (field.getValue().asText().startsWith("sealed:")) {
            object.putNull(field.getKey());
        } else {
            inner.run();
        }
    }

    /** Below a field that is not looked into only what looks sealed is. */
    private static void redactDisguised(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> {
                if (field.getValue().asText().startsWith("sealed:")) {
                    field.setValue(object.nullNode());
                }
            });
        }
        node.forEach(FinderTest::redactDisguised);
    }

    private String object(int depth) {
        var names = NAMES.stream().filter(name -> random.nextBoolean()).toList();
        return names.stream()
                .map(name -> space() + "\"" + name + "\"" + space() + ":" + space() + value(depth - 1) + space())
                .collect(Collectors.joining(",", "{" + space(), "}"));
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 0 ? 5 : 3)) {
            case 0 -> TEXTS.get(random.nextInt(TEXTS.size() - (random.nextInt(50) == 0 ? 0 : 1)));
            case 1, 2 -> SCALARS.get(random.nextInt(SCALARS.size()));
            case 3 -> object(depth);
            default ->
                IntStream.range(0, random.nextInt(3))
                        .mapToObj(i -> space() + "{\"ip\":" + value(0) + "}" + space())
                        .collect(Collectors.joining(",", "[", "]"));
        };
    }

    private String space() {
        return random.nextInt(4) == 0 ? " \n\t".substring(random.nextInt(3)) : "";
    }
}

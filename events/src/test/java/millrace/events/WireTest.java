package millrace.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");

    @ParameterizedTest
    @MethodSource("examples")
    void each_type_has_its_exact_text_on_the_wire(Map.Entry<Record, String> example) throws Exception {
        assertThat(Json.MAPPER.writeValueAsString(example.getKey())).isEqualTo(example.getValue());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void each_text_reads_back_as_the_same_value(Map.Entry<Record, String> example) throws Exception {
        var type = example.getKey().getClass();

        assertThat(Json.MAPPER.readValue(example.getValue(), type))
                .usingRecursiveComparison()
                .isEqualTo(example.getKey());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void each_text_obeys_the_schema_of_the_catalogue(Map.Entry<Record, String> example) throws Exception {
        var name = example.getKey().getClass().getSimpleName();

        assertThat(schema(name).validate(Json3.tree(example.getValue()))).isEmpty();
    }

    @Test
    void the_schema_refuses_what_lacks_a_required_field() throws Exception {
        assertThat(schema("OrderState").validate(Json3.tree("{\"version\":2}"))).isNotEmpty();
    }

    @Test
    void a_field_that_a_reader_does_not_know_is_ignored() {
        var text = orderState().getValue().replace("{\"orderId\"", "{\"new\":{\"a\":[1]},\"orderId\"");

        assertThat(text).isNotEqualTo(orderState().getValue());
        assertThat(Channels.ORDER_STATE.value().deserializer().deserialize("t", text.getBytes(UTF_8)))
                .isEqualTo(orderState().getKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"version\":null,", "\"version\":1.5,", "\"version\":\"many\","})
    void a_number_that_is_missing_or_not_whole_is_refused_and_never_guessed(String version) {
        var text = orderState().getValue().replace("\"version\":2,", version);

        assertThat(text).isNotEqualTo(orderState().getValue());
        assertThatThrownBy(() -> Channels.ORDER_STATE.value().deserializer().deserialize("t", text.getBytes(UTF_8)))
                .isInstanceOf(SerializationException.class);
    }

    private static Map.Entry<Record, String> orderState() {
        return Examples.ALL.entrySet().stream()
                .filter(example -> example.getKey() instanceof OrderState)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void what_is_not_of_the_type_is_refused_with_its_channel() {
        assertThatThrownBy(() -> Channels.CLICKS.value().deserializer().deserialize("clicks", "{".getBytes(UTF_8)))
                .isInstanceOf(SerializationException.class)
                .hasMessage("Not a ClickEvent on clicks");
    }

    @Test
    void a_tombstone_stays_one() {
        assertThat(Channels.ORDER_STATE.value().serializer().serialize("order-state", null))
                .isNull();
        assertThat(Channels.ORDER_STATE.value().deserializer().deserialize("order-state", null))
                .isNull();
    }

    @Test
    void headers_are_those_of_a_cloud_event_in_binary_mode() {
        var headers = CloudEvents.headers("m1", "clicks.page", "shop", NOON);

        assertThat(Stream.of(headers.toArray()).map(header -> header.key() + "=" + new String(header.value(), UTF_8)))
                .containsExactly(
                        "ce_specversion=1.0",
                        "ce_id=m1",
                        "ce_type=clicks.page",
                        "ce_source=shop",
                        "ce_time=2024-05-01T12:00:00Z",
                        "content-type=application/json");
    }

    static Stream<Map.Entry<Record, String>> examples() {
        return Examples.ALL.entrySet().stream();
    }

    private static Schema schema(String name) throws Exception {
        var document = Json3.tree(Json.MAPPER.writeValueAsString(Catalogue.document()));
        var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        var pointer = "{\"$ref\":\"#/components/schemas/" + name + "\",\"components\":"
                + document.get("components").toString() + "}";
        return registry.getSchema(Json3.tree(pointer));
    }
}

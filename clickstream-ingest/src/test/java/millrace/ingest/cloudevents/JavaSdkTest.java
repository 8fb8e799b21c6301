package millrace.ingest.cloudevents;

import static millrace.ingest.cloudevents.CloudEventFixture.attributes;
import static millrace.ingest.cloudevents.CloudEventFixture.id;
import static millrace.ingest.cloudevents.CloudEventFixture.properties;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonCloudEventData;
import io.cloudevents.jackson.JsonFormat;
import io.vertx.core.MultiMap;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import millrace.events.Json;
import millrace.ingest.segment.SegmentFixture;
import org.junit.jupiter.api.Test;

/**
 * The edge reads the events of the official Java SDK, equal in both modes. Against the binding, the SDK does not encode
 * headers, so that only values of printable ASCII without a percent sign arrive unchanged.
 */
class JavaSdkTest {
    private static final io.cloudevents.CloudEvent ORDER = CloudEventBuilder.v1()
            .withId("1 \"a\"+b")
            .withSource(URI.create("https://example.org/shop?a=b#c"))
            .withType("Product Added")
            .withSubject("cart 7")
            .withTime(OffsetDateTime.parse("2023-05-01T12:00:00.123456789+02:00"))
            .withDataSchema(URI.create("https://example.org/schema"))
            .withExtension("partitionkey", "ann")
            .withExtension("count", 5)
            .withExtension("test", true)
            .withExtension("reference", URI.create("../x"))
            .withData("application/json", JsonCloudEventData.wrap(Json.MAPPER.valueToTree(List.of("é", 1))))
            .build();

    @Test
    void a_structured_event_keeps_all_that_it_has() {
        var events = structured(ORDER);

        isComplete(events);
        assertThat(attributes(events).path("count").isInt()).isTrue();
        assertThat(attributes(events).path("test").isBoolean()).isTrue();
    }

    @Test
    void a_binary_event_keeps_all_that_it_has() {
        isComplete(binary(ORDER));
    }

    @Test
    void bytes_of_an_event_are_the_same_in_both_modes() {
        var event = CloudEventBuilder.from(ORDER)
                .withData("image/png", BytesCloudEventData.wrap(new byte[] {-1, 0, 1}))
                .build();

        assertThat(properties(structured(event)).toString()).isEqualTo("{\"data_base64\":\"/wAB\"}");
        assertThat(properties(binary(event))).isEqualTo(properties(structured(event)));
    }

    private static void isComplete(List<CloudEvent> events) {
        assertThat(id(events)).isEqualTo("https://example.org/shop?a=b#c 1 \"a\"+b");
        assertThat(CloudEventFixture.record(events).key()).isEqualTo("ann");
        assertThat(CloudEventFixture.click(events).path("event").asText()).isEqualTo("Product Added");
        assertThat(CloudEventFixture.click(events).path("timestamp").asText())
                .isEqualTo("2023-05-01T10:00:00.123456789Z");
        assertThat(attributes(events).path("subject").asText()).isEqualTo("cart 7");
        assertThat(attributes(events).path("dataschema").asText()).isEqualTo("https://example.org/schema");
        assertThat(attributes(events).path("count").asText()).isEqualTo("5");
        assertThat(attributes(events).path("test").asText()).isEqualTo("true");
        assertThat(attributes(events).path("reference").asText()).isEqualTo("../x");
        assertThat(SegmentFixture.text(CloudEventFixture.record(events))).endsWith("'properties':{'data':['é',1]}}");
    }

    private static List<CloudEvent> structured(io.cloudevents.CloudEvent event) {
        return CloudEventReader.read(
                CloudEventFixture.headers("content-type", "application/cloudevents+json"),
                new JsonFormat().serialize(event));
    }

    private static List<CloudEvent> binary(io.cloudevents.CloudEvent event) {
        var headers = MultiMap.caseInsensitiveMultiMap();
        var bodies = new ArrayList<byte[]>();
        HttpMessageFactory.createWriter(headers::add, bodies::add).writeBinary(event);
        return CloudEventReader.read(headers, bodies.getFirst());
    }
}

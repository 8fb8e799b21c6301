package millrace.ingest.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.publish.EventIds;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages of existing clients, as they are on npm, are on the channels: each once, and no others. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
@Tag("long")
class SdkDeliveryTest {
    private static final List<String> TRACKED = List.of("track Product Added", "track Order Completed");
    private static final List<String> OF_A_SITE = with(TRACKED, "page Lamps", "identify", "group", "alias");
    private static final List<String> EVERYTHING = with(OF_A_SITE, "screen Start");

    @BeforeAll
    static void install() {
        NpmClients.install();
    }

    @BeforeEach
    void needNode() {
        NpmClients.needNode();
    }

    @Test
    void segments_client_for_servers_delivers() {
        delivers("@segment/analytics-node", EVERYTHING, "segment-node.js");
    }

    @Test
    void rudderstacks_client_for_servers_delivers() {
        delivers("analytics-node", EVERYTHING, "rudder-node.js");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "batching", "leaving"})
    void segments_client_for_browsers_delivers_from_another_origin(String how) {
        NpmClients.needBrowser();

        delivers("analytics.js", EVERYTHING, "browser.js", "segment-browser.html", how);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "batching", "beacon"})
    void rudderstacks_client_for_browsers_delivers_from_another_origin(String how) {
        NpmClients.needBrowser();

        delivers("RudderLabs JavaScript SDK", OF_A_SITE, "browser.js", "rudder-browser.html", how);
    }

    @ParameterizedTest
    @ValueSource(strings = {"binary", "structured"})
    void the_client_for_cloud_events_delivers(String mode) {
        delivers("/npm", TRACKED, "cloudevents.js", mode);
    }

    private static void delivers(String client, List<String> expected, String script, String... arguments) {
        var visitor = "visitor-" + EventIds.next();
        var from = Instant.now().minusSeconds(1);

        try (var visit = NpmClients.visit(visitor, script, arguments)) {
            var sent = SdkMessage.parse(visit.line());
            assertThat(sent).extracting(SdkMessage::what).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(sent)
                    .extracting(SdkMessage::messageId)
                    .doesNotContainNull()
                    .doesNotHaveDuplicates();

            var arrived = await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> VisitorRecords.of(visitor, from),
                            log -> log.sent().size() >= sent.size());
            assertThat(arrived.sent()).containsExactlyInAnyOrderElementsOf(sent);
            assertThat(arrived.clicks()).allSatisfy(click -> isOf(visitor, client, from, click));
            var customer = expected.contains("identify") ? visitor + "-user" : null;
            assertThat(arrived.orders()).singleElement().satisfies(order -> isOf(visitor, customer, order));
            assertThat(arrived.rejected()).isEmpty();
        }
    }

    private static void isOf(String visitor, String client, Instant from, ConsumerRecord<String, byte[]> click) {
        var json = VisitorRecords.json(click);
        var context = json.path("context");
        assertThat(context.at("/library/name")
                        .asText(context.at("/cloudevent/source").asText()))
                .isEqualTo(client);
        assertThat(click.key()).isEqualTo(json.path("anonymousId").asText(visitor + "-renamed"));
        assertThat(CloudEvents.text(click.headers(), CloudEvents.SOURCE)).isEqualTo("shop");
        assertThat(Instant.parse(CloudEvents.text(click.headers(), CloudEvents.TIME)))
                .isBetween(from, Instant.now());
    }

    private static void isOf(String visitor, String customer, ConsumerRecord<String, byte[]> order) {
        var id = "shop/" + visitor + "-order";
        var lines = List.of(new OrderLine("lamp-1", "Lamp", 2, 1_015));
        assertThat(order.key()).isEqualTo(id);
        assertThat(Channels.TRANSACTIONS.value().deserializer().deserialize(order.topic(), order.value()))
                .usingRecursiveComparison()
                .ignoringFields("eventId", "visitor", "timestamp", "receivedAt")
                .isEqualTo(new OrderPlaced(
                        null, "shop", id, customer, visitor, "Norway", "NOK", 2_030L, true, lines, null, null));
    }

    private static List<String> with(List<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).toList();
    }
}

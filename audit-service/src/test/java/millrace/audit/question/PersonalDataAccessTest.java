package millrace.audit.question;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import millrace.audit.AuditPlatformResource;
import millrace.audit.restore.RestoredChannel;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.Json;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.local.Platform;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Personal data in answers: by role, and after an erasure. */
@QuarkusTest
@WithTestResource(AuditPlatformResource.class)
@Tag("platform")
class PersonalDataAccessTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String CUSTOMER = "customer-4711";
    private static final String QUESTION = "/audit/customers/" + CUSTOMER;

    Platform platform;

    @Test
    void the_back_office_reads_what_a_reader_sees_sealed_until_the_person_is_erased() throws Exception {
        place(new OrderPlaced(
                "t1",
                "shop",
                "shop/o-person",
                CUSTOMER,
                "visitor-1",
                "France",
                "GBP",
                255L,
                true,
                List.of(new OrderLine("85123A", "LANTERN", 1, 255)),
                NOW,
                NOW));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> ask(AuditPlatformResource.READER, QUESTION).size() == 1);

        assertThat(customer(ask(AuditPlatformResource.READER, QUESTION))).startsWith("sealed:");
        assertThat(customer(ask(AuditPlatformResource.READER, "/audit/orders/shop/o-person")))
                .startsWith("sealed:");
        assertThat(customer(ask(AuditPlatformResource.BACK_OFFICE, QUESTION))).isEqualTo(CUSTOMER);
        assertThat(customer(ask(AuditPlatformResource.BACK_OFFICE, "/audit/orders/shop/o-person")))
                .isEqualTo(CUSTOMER);
        assertThat(onRecord("\"opened\":true")).hasSize(2).allMatch(read -> read.contains("\"by\":\"office\""));
        assertThat(onRecord(CUSTOMER)).isEmpty();

        erase();

        var left = ask(AuditPlatformResource.BACK_OFFICE, QUESTION);
        assertThat(left.at("/0/value/customerId").isNull()).isTrue();
        assertThat(left.at("/0/value/orderId").asText()).isEqualTo("shop/o-person");
        assertThat(left.at("/0/redacted").asInt()).isEqualTo(2);
    }

    @Test
    void nobody_is_asked_about_in_vain_unseen() throws Exception {
        assertThat(ask(AuditPlatformResource.READER, "/audit/customers/nobody-at-all"))
                .isEmpty();

        assertThat(onRecord("\"about\":\"subjects/none\"")).hasSize(1);
        assertThat(onRecord("nobody-at-all")).isEmpty();
    }

    private void place(OrderPlaced order) throws Exception {
        var headers = CloudEvents.headers("t1", "transactions.OrderPlaced", "shop", NOW);
        try (var producer = new KafkaProducer<>(
                new HashMap<>(platform.kafkaClient()), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(
                            platform.topic("transactions"), null, order.orderId(), Json.text(order), headers))
                    .get();
        }
    }

    private static void erase() {
        given().header("Authorization", AuditPlatformResource.BACK_OFFICE)
                .contentType(ContentType.JSON)
                .body("{\"subject\": \"" + CUSTOMER + "\"}")
                .post("/audit/erasures")
                .then()
                .statusCode(200);
    }

    private static JsonNode ask(String key, String question) throws Exception {
        var answer = given().header("Authorization", key).get(question);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.asString());
    }

    private static String customer(JsonNode records) {
        return records.at("/0/value/customerId").asText();
    }

    /** The events on audit-events that contain a text. */
    private List<String> onRecord(String text) {
        var channel = new RestoredChannel(platform, Channels.AUDIT_EVENTS.name(), 3);
        return IntStream.range(0, 3)
                .mapToObj(channel::records)
                .flatMap(List::stream)
                .map(record -> new String(record.key(), UTF_8) + new String(record.value(), UTF_8))
                .filter(event -> event.contains(text))
                .toList();
    }
}

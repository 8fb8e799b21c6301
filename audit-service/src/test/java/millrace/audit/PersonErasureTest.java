package millrace.audit;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import millrace.events.CloudEvents;
import millrace.local.Platform;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Erases persons over HTTP and reads what is left of them. */
@QuarkusTest
@WithTestResource(
        value = AuditPlatformResource.class,
        scope = TestResourceScope.RESTRICTED_TO_CLASS,
        initArgs = @ResourceArg(name = "audit.checkpoint-every", value = "500ms"))
@Tag("platform")
class PersonErasureTest {
    Platform platform;

    private ArchiveDatabase archived;
    private PersonRecords persons;

    @BeforeEach
    void open() {
        archived = new ArchiveDatabase(platform.jdbcUrl());
        persons = new PersonRecords(platform);
    }

    @Test
    void an_erased_person_is_redacted_for_ever_and_the_erasure_is_on_record_first() throws Exception {
        persons.send("clicks.page", "key-2", PersonRecords.click("bob"));
        persons.send("clicks.page", "key-2", PersonRecords.click("bob"));
        persons.send("clicks.page", "key-3", PersonRecords.click("cid"));
        persons.await("bob", 2);
        persons.await("cid", 1);
        var stored = "SELECT string_agg(encode(value, 'hex'), ',' ORDER BY partition, seq) FROM audit.records"
                + " WHERE channel = 'clicks'";
        var before = archived.sql(stored);
        var id = archived.sql("SELECT id FROM audit_keys.subjects WHERE subject = 'bob'");

        var receipt = erase("bob").statusCode(200).extract().jsonPath();
        assertThat(receipt.getString("subject")).isEqualTo(id);
        assertThat(receipt.getLong("records")).isEqualTo(2);
        erase("bob").statusCode(200);

        assertThat(archived.sql(stored)).isEqualTo(before);
        assertThat(archived.records("clicks"))
                .extracting(record -> new String(record.value(), UTF_8))
                .contains("{\"anonymousId\" : null,\"messageId\":\"m\",\"context\":{\"ip\":null},\"name\":\"A\"}")
                .contains(PersonRecords.click("cid"))
                .doesNotContain(PersonRecords.click("bob"));
        await().atMost(ArchiveDatabase.SOON)
                .untilAsserted(() -> assertThat(archived.records("audit-events"))
                        .extracting(record -> new String(record.value(), UTF_8))
                        .filteredOn(event -> event.contains("\"about\":\"subjects/" + id + "\""))
                        .singleElement()
                        .asString()
                        .contains("SubjectErased", "\"records\":2", "\"by\":\"office\""));
    }

    @Test
    void every_id_in_what_was_refused_leads_to_it_as_text_or_number() throws Exception {
        refuse("{\"userId\":700456}");
        refuse("{\"batch\":[{\"userId\":700457,\"anonymousId\":\"anon-1\"},{\"userId\":7.00458e5}]}");
        persons.await("700456", 1);
        await().atMost(ArchiveDatabase.SOON)
                .until(() ->
                        archived.sql("SELECT count(*) FROM audit_keys.names").equals("3"));

        assertThat(erase("700456").statusCode(200).extract().jsonPath().getLong("records"))
                .isEqualTo(1);
        assertThat(customer("anon-1")).contains("eyJiYXRjaCI");
        assertThat(erase("700458").statusCode(200).extract().jsonPath().getLong("records"))
                .isEqualTo(1);
        assertThat(archived.records("rejected-events"))
                .hasSize(2)
                .allSatisfy(
                        record -> assertThat(new String(record.value(), UTF_8)).contains("\"original\":null"));
        assertThat(archived.sql("SELECT count(*) FROM audit_keys.names")).isEqualTo("0");
    }

    private void refuse(String original) {
        var base64 = Base64.getEncoder().encodeToString(original.getBytes(UTF_8));
        persons.send("rejected-events.EventRejected", "shop", "{\"original\":\"" + base64 + "\"}");
    }

    private static String customer(String id) {
        return given().header("Authorization", AuditPlatformResource.BACK_OFFICE)
                .get("/audit/customers/" + id)
                .asString();
    }

    @Test
    void a_record_from_before_the_erasure_that_is_archived_after_it_stays_erased() throws Exception {
        var before = System.currentTimeMillis();
        persons.send("clicks.page", "key-5", PersonRecords.click("fay"));
        persons.await("fay", 1);
        var id = archived.sql("SELECT id FROM audit_keys.subjects WHERE subject = 'fay'");
        erase("fay").statusCode(200);
        var headers = CloudEvents.headers("e", "clicks.page", "shop", Instant.EPOCH);
        try (var sender = new RecordSender(platform, Map.of())) {
            sender.send(
                    "clicks",
                    before,
                    "key-5".getBytes(UTF_8),
                    PersonRecords.click("fay").getBytes(UTF_8),
                    headers);
        }

        await().atMost(ArchiveDatabase.SOON)
                .until(
                        () -> archived.sql(
                                "SELECT count(*) FROM audit.records WHERE key = 'key-5' AND subject = " + id),
                        "2"::equals);
        assertThat(archived.sql("SELECT count(*) FROM audit_keys.subjects WHERE subject = 'fay'"))
                .isEqualTo("0");
        assertThat(archived.records("clicks"))
                .extracting(record -> new String(record.value(), UTF_8))
                .doesNotContain(PersonRecords.click("fay"));
    }

    @Test
    void what_comes_after_an_erasure_begins_anew() throws Exception {
        persons.send("clicks.page", "key-4", PersonRecords.click("dan"));
        persons.await("dan", 1);
        erase("dan").statusCode(200);
        persons.send("clicks.page", "key-4", PersonRecords.click("dan"));
        persons.await("dan", 1);

        assertThat(archived.sql("SELECT count(*) FROM audit.records WHERE key = 'key-4'"))
                .isEqualTo("2");
    }

    @Test
    void who_is_not_in_the_archive_is_said_so_and_who_may_not_is_refused() {
        erase("nobody").statusCode(404).body("detail", containsString("about the subject nobody is in the archive"));
        erase("").statusCode(400).body("detail", containsString("The body must be JSON with a subject"));
        given().header("Authorization", AuditPlatformResource.READER)
                .contentType(ContentType.JSON)
                .body("{\"subject\":\"bob\"}")
                .post("/audit/erasures")
                .then()
                .statusCode(403);
        given().header("Authorization", AuditPlatformResource.BACK_OFFICE)
                .contentType(ContentType.JSON)
                .body("{\"subject\":{}}")
                .post("/audit/erasures")
                .then()
                .statusCode(400)
                .body("detail", containsString("subject is not of the type that is expected there"));
    }

    private ValidatableResponse erase(String subject) {
        return given().header("Authorization", AuditPlatformResource.BACK_OFFICE)
                .contentType(ContentType.JSON)
                .body(Map.of("subject", subject))
                .post("/audit/erasures")
                .then();
    }
}

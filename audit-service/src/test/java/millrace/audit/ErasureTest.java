package millrace.audit;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import millrace.audit.seal.SealBroken;
import millrace.events.CloudEvents;
import millrace.local.Platform;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Personal data on its way into the archive and out of it again. */
@QuarkusTest
@WithTestResource(PlatformResource.class)
class ErasureTest {
    private static final String CLICK =
            "{\"anonymousId\" : \"%s\",\"messageId\":\"m\",\"context\":{\"ip\":\"198.51.100.77\"},\"name\":\"A\"}";

    Platform platform;

    private Archived archived;

    @BeforeEach
    void open() {
        archived = new Archived(platform.jdbcUrl());
    }

    @Test
    void what_is_personal_is_readable_nowhere_in_the_database_and_opens_to_the_same_bytes() throws Exception {
        send("clicks.page", "key-1", CLICK.formatted("Anna-Secret"));
        send("clicks.page", "key-1", "{\"userId\":\"Anna-Secret\",");
        send("transactions.OrderPlaced", "o1", "{\"customerId\":\"Anna-Secret\",\"orderId\":\"o1\"}");
        awaitRecords("Anna-Secret", 3);

        for (var table : tables()) {
            assertThat(archived.sql("SELECT count(*) FROM " + table + " t WHERE t::text ~ 'Anna|198.51.100.77'"
                            + " OR t::text LIKE '%" + hex("Anna") + "%' OR t::text LIKE '%" + hex("198.51") + "%'"))
                    .as(table)
                    .isEqualTo(table.equals("audit_keys.subjects") ? "1" : "0");
        }
        assertThat(archived.records("clicks"))
                .extracting(record -> new String(record.value(), UTF_8))
                .contains(CLICK.formatted("Anna-Secret"), "{\"userId\":\"Anna-Secret\",");
    }

    @Test
    void an_erased_person_is_redacted_for_ever_and_the_erasure_is_on_record_first() throws Exception {
        send("clicks.page", "key-2", CLICK.formatted("bob"));
        send("clicks.page", "key-2", CLICK.formatted("bob"));
        send("clicks.page", "key-3", CLICK.formatted("cid"));
        awaitRecords("bob", 2);
        awaitRecords("cid", 1);
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
                .contains(CLICK.formatted("cid"))
                .doesNotContain(CLICK.formatted("bob"));
        await().atMost(Archived.SOON).untilAsserted(() -> assertThat(verified("finding"))
                .hasSize(3)
                .containsOnlyNulls());
        assertThat(verified("redacted").stream().mapToInt(Integer.class::cast).sum())
                .isGreaterThanOrEqualTo(2);
        await().atMost(Archived.SOON)
                .untilAsserted(() -> assertThat(archived.records("audit-events"))
                        .extracting(record -> new String(record.value(), UTF_8))
                        .filteredOn(event -> event.contains("\"about\":\"subjects/" + id + "\""))
                        .singleElement()
                        .asString()
                        .contains("SubjectErased", "\"records\":2", "\"by\":\"office\""));
    }

    @Test
    void what_comes_after_an_erasure_begins_anew() throws Exception {
        send("clicks.page", "key-4", CLICK.formatted("dan"));
        awaitRecords("dan", 1);
        erase("dan").statusCode(200);
        send("clicks.page", "key-4", CLICK.formatted("dan"));
        awaitRecords("dan", 1);

        assertThat(archived.sql("SELECT count(*) FROM audit.records WHERE key = 'key-4'"))
                .isEqualTo("2");
    }

    @Test
    void a_value_at_the_place_of_another_is_refused() throws Exception {
        send("clicks.page", "key-5", CLICK.formatted("eve"));
        send("clicks.page", "key-5", CLICK.formatted("eve"));
        awaitRecords("eve", 2);
        var swap =
                "ALTER TABLE audit.records DISABLE TRIGGER append_only; GRANT UPDATE ON audit.records TO CURRENT_USER;"
                        + " UPDATE audit.records r SET value = o.value FROM audit.records o WHERE r.key = 'key-5'"
                        + " AND o.key = 'key-5' AND r.seq <> o.seq;";
        archived.sql(swap);
        try {
            assertThatThrownBy(() -> archived.records("clicks"))
                    .isInstanceOf(SealBroken.class)
                    .hasMessageContaining("part 1 was changed, or was sealed for another place");
        } finally {
            archived.sql(swap + "REVOKE UPDATE ON audit.records FROM CURRENT_USER;"
                    + " ALTER TABLE audit.records ENABLE ALWAYS TRIGGER append_only;");
        }
    }

    @Test
    void who_is_not_in_the_archive_is_said_so_and_who_may_not_is_refused() {
        erase("nobody").statusCode(404).body("detail", containsString("about the subject nobody is in the archive"));
        erase("").statusCode(400).body("detail", containsString("The body must be JSON with a subject"));
        given().header("Authorization", PlatformResource.READER)
                .contentType(ContentType.JSON)
                .body("{\"subject\":\"bob\"}")
                .post("/audit/erasures")
                .then()
                .statusCode(403);
    }

    private ValidatableResponse erase(String subject) {
        return given().header("Authorization", PlatformResource.BACK_OFFICE)
                .contentType(ContentType.JSON)
                .body(Map.of("subject", subject))
                .post("/audit/erasures")
                .then();
    }

    private static List<Object> verified(String what) {
        return given().header("Authorization", PlatformResource.READER)
                .queryParam("channel", "clicks")
                .get("/audit/verify")
                .jsonPath()
                .getList(what);
    }

    private void send(String type, String key, String value) {
        try (var traffic = new Traffic(platform, Map.of())) {
            var channel = type.substring(0, type.indexOf('.'));
            var headers = CloudEvents.headers("e", type, "shop", Instant.EPOCH);
            traffic.send(channel, System.currentTimeMillis(), key.getBytes(UTF_8), value.getBytes(UTF_8), headers);
        }
    }

    private void awaitRecords(String subject, int records) {
        await().atMost(Archived.SOON)
                .until(() -> ("" + records)
                        .equals(archived.sql("SELECT count(*) FROM audit.records r JOIN audit_keys.subjects s"
                                + " ON s.id = r.subject WHERE s.subject = '" + subject + "'")));
    }

    private List<String> tables() throws SQLException {
        return List.of(archived.sql("SELECT string_agg(schemaname || '.' || tablename, ',') FROM pg_tables"
                        + " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
                .split(","));
    }

    private static String hex(String text) {
        var hex = new StringBuilder();
        for (var one : text.getBytes(UTF_8)) {
            hex.append("%02x".formatted(one));
        }
        return hex.toString();
    }
}

package millrace.audit.question;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import millrace.audit.AuditPlatformResource;
import millrace.audit.restore.ArchiveFixture;
import millrace.audit.table.ArchivedRecord;
import millrace.events.Json;
import millrace.local.Platform;

/** Sends queries with a reader's API key and parses the answers. */
final class AuditQueryClient {
    private AuditQueryClient() {}

    static void insert(Platform platform, List<ArchivedRecord> rows) throws SQLException {
        try (var database = DriverManager.getConnection(platform.jdbcUrl())) {
            ArchiveFixture.insert(database, rows);
        }
    }

    static RequestSpecification reader() {
        return given().header("Authorization", AuditPlatformResource.READER).urlEncodingEnabled(false);
    }

    static Response ask(String question) {
        return reader().get(question);
    }

    /** Follows the header Link. @return {@code null} if there is none */
    static Response next(Response page) {
        var link = page.header("Link");
        return link == null ? null : ask(link.substring(1, link.indexOf('>')));
    }

    static List<String> places(Response page) throws Exception {
        var places = new ArrayList<String>();
        json(page).forEach(record -> places.add(place(record)));
        return places;
    }

    static String place(String line) {
        try {
            return place(Json.MAPPER.readTree(line));
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    static String place(JsonNode record) {
        return record.get("channel").asText() + "/" + record.get("partition") + "/" + record.get("seq");
    }

    static JsonNode json(Response answer) throws Exception {
        return Json.MAPPER.readTree(answer.asString());
    }

    static void problem(Response answer, int status, String sentence) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.jsonPath().getString("detail")).startsWith(sentence);
    }
}

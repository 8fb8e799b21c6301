package millrace.analytics;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every query needs an API key. */
@QuarkusTest
@QuarkusTestResource(AnalyticsPlatform.class)
@Tag("platform")
class AnalyticsAccessTest {
    private static final String QUESTION = "/visits";
    private static final String UNKNOWN = "Bearer a-key-of-nobody";

    @Test
    void without_a_key_no_path_answers() {
        assertThat(document().<String, Object>getMap("paths").keySet())
                .contains(QUESTION)
                .allSatisfy(path ->
                        given().get(path.replaceAll("\\{[a-z]+}", "o1")).then().statusCode(401));
    }

    @Test
    void the_api_document_names_the_key_and_the_role_of_a_query() {
        assertThat(document().<String>get("components.securitySchemes.ApiKey.scheme"))
                .isEqualTo("bearer");
        assertThat(document().<List<String>>get("paths['" + QUESTION + "'].get.security[0].ApiKey"))
                .containsExactly("reader");
    }

    @Test
    void a_request_without_a_key_is_refused_with_the_expected_header() {
        refused(given(), 401, "The request has no API key: expected the header Authorization: Bearer KEY");
    }

    @Test
    void an_unknown_key_is_refused() {
        refused(key(UNKNOWN), 401, "The API key is unknown: expected the header Authorization: Bearer KEY");
    }

    @Test
    void a_revoked_key_is_refused() {
        refused(key(AnalyticsPlatform.REVOKED), 403, "The API key past has been revoked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health/live", "/q/metrics", "/q/openapi"})
    void health_metrics_and_the_api_document_need_no_key(String path) {
        await("the job has begun")
                .atMost(Duration.ofSeconds(60))
                .until(() -> given().get("/q/health/live").statusCode() == 200);
        for (var request : List.of(given(), key(UNKNOWN), key(AnalyticsPlatform.REVOKED))) {
            request.get(path).then().statusCode(200);
        }
    }

    @Test
    void every_answer_says_which_generation_it_is_of() {
        for (var path : List.of(QUESTION, "/q/health/live")) {
            given().get(path).then().header("Millrace-Generation", "1").header("Millrace-Shadow", "false");
        }
    }

    private static JsonPath document() {
        return given().accept(ContentType.JSON).get("/q/openapi").jsonPath();
    }

    private static RequestSpecification key(String authorization) {
        return given().header("Authorization", authorization);
    }

    private static void refused(RequestSpecification request, int status, String sentence) {
        request.get(QUESTION)
                .then()
                .statusCode(status)
                .contentType("application/problem+json")
                .header("WWW-Authenticate", status == 401 ? equalTo("Bearer") : nullValue())
                .body("title", equalTo(status == 401 ? "Unauthorized" : "Forbidden"))
                .body("status", equalTo(status))
                .body("detail", startsWith(sentence));
    }
}

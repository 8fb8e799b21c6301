package millrace.audit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests without a valid API key are refused. */
@QuarkusTest
@WithTestResource(AuditPlatformResource.class)
@Tag("platform")
class AuditAccessTest {
    private static final String QUESTION = "/audit/status";
    private static final String UNKNOWN = "Bearer a-key-of-nobody";

    @Test
    void without_a_key_no_path_answers() {
        var paths = document().<String, Map<String, Object>>getMap("paths");
        assertThat(paths)
                .containsKey(QUESTION)
                .allSatisfy((path, methods) -> assertThat(methods.keySet())
                        .allSatisfy(
                                method -> given().request(method.toUpperCase(Locale.ROOT), path.replaceAll("[{}]", ""))
                                        .then()
                                        .statusCode(401)));
    }

    @Test
    void the_document_says_what_key_and_which_role_a_question_needs() {
        assertThat(document().<String>get("components.securitySchemes.ApiKey.scheme"))
                .isEqualTo("bearer");
        assertThat(document().<List<String>>get("paths['" + QUESTION + "'].get.security[0].ApiKey"))
                .containsExactly("reader");
    }

    @Test
    void who_asks_without_a_key_is_told_to_send_one() {
        refused(given(), 401, "The request has no API key: expected the header Authorization: Bearer KEY");
    }

    @Test
    void an_unknown_key_is_refused() {
        refused(key(UNKNOWN), 401, "The API key is unknown: expected the header Authorization: Bearer KEY");
    }

    @Test
    void a_revoked_key_is_refused() {
        refused(key(AuditPlatformResource.REVOKED), 403, "The API key past has been revoked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health/live", "/q/metrics", "/q/openapi"})
    void what_a_platform_asks_needs_no_key(String path) {
        for (var request : List.of(given(), key(UNKNOWN), key(AuditPlatformResource.REVOKED))) {
            request.get(path).then().statusCode(200);
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

package millrace.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.EdgeTestClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health, metrics and documentation, for operators and for any caller on the internet. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class EdgeOperationsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"/q/metrics", "/q/./metrics", "/q/%6Detrics", "/q/metrics/", "/q/openapi/../metrics", "/q/x"})
    void metrics_are_for_readers(String path) {
        var response = EdgeTestClient.get(path);

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.header("WWW-Authenticate")).hasValue("Bearer");
        assertThat(response.text()).contains("The request has no API key").doesNotContain("ingest_");
    }

    @Test
    void a_reader_sees_them() {
        assertThat(EdgeTestClient.metrics().text()).contains("ingest_connections ", "ingest_in_flight_bytes ");
    }

    @Test
    void a_key_that_is_unknown_or_revoked_or_only_for_writing_reads_nothing() {
        for (var key : new String[] {"wrong", EdgePlatformResource.REVOKED_KEY, EdgePlatformResource.WRITE_KEY, ""}) {
            assertThat(EdgeTestClient.get("/q/metrics", "Authorization", "Bearer " + key)
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void anybody_is_told_whether_the_edge_is_healthy_and_nothing_else() {
        assertThat(EdgeTestClient.get("/q/health/ready").text()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(EdgeTestClient.get("/q/health/live").text()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(EdgeTestClient.get("/q/health/other").status()).isEqualTo(404);
    }

    @Test
    void a_path_that_is_none_has_an_answer_of_its_own() {
        var response = EdgeTestClient.get("/nothing/here");

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.json().path("detail").asText()).isEqualTo("There is nothing at this path.");
    }
}

package millrace.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import millrace.ingest.Http;
import millrace.ingest.PlatformResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What those who run the edge ask it, who may be anybody on the internet. */
@QuarkusTest
@QuarkusTestResource(PlatformResource.class)
@Tag("platform")
class OperationsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"/q/metrics", "/q/./metrics", "/q/%6Detrics", "/q/metrics/", "/q/openapi/../metrics", "/q/x"})
    void metrics_are_for_readers(String path) {
        var answer = Http.get(path);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).hasValue("Bearer");
        assertThat(answer.text()).contains("The request has no API key").doesNotContain("ingest_");
    }

    @Test
    void a_reader_sees_them() {
        assertThat(Http.metrics().text()).contains("ingest_connections ", "ingest_in_flight_bytes ");
    }

    @Test
    void a_key_that_is_unknown_or_revoked_or_only_for_writing_reads_nothing() {
        for (var key : new String[] {"wrong", PlatformResource.REVOKED_KEY, PlatformResource.WRITE_KEY, ""}) {
            assertThat(Http.get("/q/metrics", "Authorization", "Bearer " + key).status())
                    .isEqualTo(401);
        }
    }

    @Test
    void anybody_is_told_whether_the_edge_is_healthy_and_nothing_else() {
        assertThat(Http.get("/q/health/ready").text()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(Http.get("/q/health/live").text()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(Http.get("/q/health/other").status()).isEqualTo(404);
    }

    @Test
    void a_path_that_is_none_has_an_answer_of_its_own() {
        var answer = Http.get("/nothing/here");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("detail").asText()).isEqualTo("There is nothing at this path.");
    }
}

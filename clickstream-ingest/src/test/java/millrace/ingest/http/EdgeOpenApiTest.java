package millrace.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.EdgeTestClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The OpenAPI document describes the deployed routes. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class EdgeOpenApiTest {
    @Inject
    Routes routes;

    @Test
    void it_has_every_route_and_no_other() {
        var deployed = new TreeSet<String>();
        routes.all().forEach((path, methods) -> methods.keySet().forEach(method -> deployed.add(method + " " + path)));
        var documented = new TreeSet<String>();
        document()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));

        assertThat(documented).isEqualTo(deployed).hasSizeGreaterThan(20);
    }

    @Test
    void its_examples_work_as_they_are() {
        var document = document();
        var tried = new ArrayList<String>();

        document.path("paths").properties().forEach(path -> {
            var reference = path.getValue().at("/post/requestBody/$ref").asText("#");
            document.at(reference.substring(1)).path("content").properties().forEach(content -> {
                var response = send(path.getKey(), content);
                assertThat(response.status())
                        .as(path.getKey() + response.text())
                        .isIn(200, 202);
                assertThat(response.json().has("rejected")).as(response.text()).isFalse();
                tried.add(path.getKey());
            });
        });
        assertThat(tried).hasSizeGreaterThan(15);
    }

    private static EdgeTestClient.Response send(String path, Map.Entry<String, JsonNode> content) {
        var example = content.getValue().path("example").toString().getBytes(UTF_8);
        return EdgeTestClient.send(
                "POST", path, example, "Content-Type", content.getKey(), "Authorization", EdgeTestClient.BASIC);
    }

    private static JsonNode document() {
        return EdgeTestClient.get("/q/openapi?format=json").json();
    }
}

package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import millrace.events.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpectedFileTest {
    @TempDir
    private Path home;

    @Test
    void the_expected_results_are_beside_the_data_that_they_are_about() throws IOException {
        var expected = expected(400);

        ExpectedFile.write(home, expected, "seed-3", 400);

        var file = file(expected);
        assertThat(file.path("sent").asLong()).isEqualTo(400);
        assertThat(file.path("importName").asText()).isEqualTo("seed-3");
        assertThat(file.path("expected")).isEqualTo(Json.MAPPER.readTree(Json.text(expected)));
    }

    @Test
    void a_longer_simulation_of_the_name_is_kept_and_a_shorter_one_replaced() throws IOException {
        ExpectedFile.write(home, expected(400), "seed-3", 400);
        ExpectedFile.write(home, expected(200), "seed-3", 200);
        assertThat(file(expected(200)).path("sent").asLong()).isEqualTo(400);

        ExpectedFile.write(home, expected(600), "seed-3", 600);

        assertThat(file(expected(600)).path("sent").asLong()).isEqualTo(600);
        assertThat(home.resolve("data/expected"))
                .isDirectoryContaining(path -> path.toString().endsWith(".json"));
        assertThat(home.resolve("data/expected").toFile().list()).hasSize(1);
    }

    private JsonNode file(ExpectedAggregates expected) throws IOException {
        return Json.MAPPER.readTree(
                home.resolve("data/expected/" + expected.name() + ".json").toFile());
    }

    private static ExpectedAggregates expected(int events) {
        var plan = SimulationPlan.seeded(3, Duration.ofSeconds(3), events, TrafficMix.DEFAULT);
        var simulation = new ShopperSimulation(plan);
        var oracle = new SimulationOracle(plan);
        for (var event = 0; event < events; event++) {
            oracle.add(simulation.next());
        }
        return oracle.aggregates();
    }
}

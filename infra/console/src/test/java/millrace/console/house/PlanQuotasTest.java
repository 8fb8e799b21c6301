package millrace.console.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import millrace.console.house.PlanQuotas.Quota;
import millrace.events.Json;
import org.junit.jupiter.api.Test;

class PlanQuotasTest {
    @Test
    void a_quota_is_near_from_four_fifths_on_and_without_a_limit_it_has_no_verdict() {
        JsonNode cluster = Json.MAPPER.valueToTree(Map.of(
                "topics", List.of("a", "b"),
                "partition_replica_count", 576,
                "data_size", 10,
                "bytes_in_per_sec", 70_000,
                "bytes_out_per_sec", 5,
                "limits",
                        Map.of(
                                "max_partition_replica_count", 720,
                                "produce_quota_bytes_per_second", 64_000,
                                "data_size", Map.of("limit_bytes", 1_000))));

        assertThat(PlanQuotas.of(cluster))
                .extracting(Quota::name, Quota::used, Quota::limit, Quota::level)
                .containsExactly(
                        tuple("Topics", 2L, 0L, Level.NO_LIMIT),
                        tuple("Partitions, with their replicas", 576L, 720L, Level.NEAR),
                        tuple("Data", 10L, 1_000L, Level.BELOW),
                        tuple("Written", 70_000L, 64_000L, Level.OVER),
                        tuple("Read", 5L, 0L, Level.NO_LIMIT));
    }
}

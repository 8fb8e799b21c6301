package millrace.console.house;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Limits of the plan of the cluster, and how much of them is used, as {@code bin/kafka info} shows it. */
final class PlanQuotas {
    private PlanQuotas() {}

    /**
     * One quota.
     *
     * @param unit {@code bytes}, {@code bytes/s}, or empty for a number
     * @param limit 0 where the plan has none
     */
    record Quota(String name, String unit, long used, long limit, Level level) {
        static Quota of(String name, String unit, long used, JsonNode limit) {
            return new Quota(name, unit, used, limit.asLong(), Level.of(used, limit.asLong()));
        }
    }

    /** @param cluster answer of the control API */
    static List<Quota> of(JsonNode cluster) {
        var limits = cluster.path("limits");
        var quotas = new ArrayList<Quota>();
        quotas.add(Quota.of("Topics", "", cluster.path("topics").size(), limits.path("max_topics")));
        quotas.add(Quota.of(
                "Partitions, with their replicas",
                "",
                cluster.path("partition_replica_count").asLong(),
                limits.path("max_partition_replica_count")));
        quotas.add(Quota.of(
                "Data",
                "bytes",
                cluster.path("data_size").asLong(),
                limits.path("data_size").path("limit_bytes")));
        quotas.add(Quota.of(
                "Written",
                "bytes/s",
                cluster.path("bytes_in_per_sec").asLong(),
                limits.path("produce_quota_bytes_per_second")));
        quotas.add(Quota.of(
                "Read",
                "bytes/s",
                cluster.path("bytes_out_per_sec").asLong(),
                limits.path("consume_quota_bytes_per_second")));
        return quotas;
    }
}

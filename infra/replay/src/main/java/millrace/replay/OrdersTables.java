package millrace.replay;

import java.util.List;
import java.util.Optional;
import millrace.replay.TableComparison.Table;

/** Tables and columns on which generations of orders must agree: all but those with clock times of processes. */
final class OrdersTables {
    static final List<Table> ALL = List.of(
            new Table(
                    "orders",
                    "id",
                    List.of(
                            "version",
                            "state_version",
                            "refunds",
                            "status",
                            "customer_id",
                            "country",
                            "currency",
                            "total",
                            "refunded",
                            "details",
                            "placed_at",
                            "changed_at")),
            new Table(
                    "history",
                    "order_id",
                    Optional.of("version"),
                    List.of("version", "source", "cause", "variant", "digest", "event")),
            new Table(
                    "dead_letters",
                    "id",
                    List.of(
                            "partition",
                            "\"offset\"",
                            "key",
                            "value",
                            "digest",
                            "traceparent",
                            "reason",
                            "resolution")));

    private OrdersTables() {}
}

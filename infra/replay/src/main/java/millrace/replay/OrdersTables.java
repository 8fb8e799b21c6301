package millrace.replay;

import java.util.List;
import millrace.replay.TableComparison.Table;

/** What generations of orders must agree on: everything but clocks of processes. */
final class OrdersTables {
    static final List<Table> ALL = List.of(
            new Table(
                    "orders",
                    "id",
                    List.of(
                            "version",
                            "status",
                            "customer_id",
                            "country",
                            "currency",
                            "total",
                            "refunded",
                            "details",
                            "placed_at",
                            "changed_at")),
            new Table("history", "cause", List.of("order_id", "version", "event")),
            new Table(
                    "dead_letters",
                    "id",
                    List.of("partition", "\"offset\"", "key", "value", "traceparent", "reason", "resolution")));

    private OrdersTables() {}
}

package millrace.orders.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import millrace.orders.outage.Alarms;
import millrace.orders.outage.BackgroundWork;

/** Publishes the number and age of the rows in the outbox as metrics; NaN while the database is unavailable. */
@ApplicationScoped
class OutboxGauges {
    private static final String BACKLOG = """
            SELECT count(*) AS rows, coalesce(extract(epoch FROM now() - min(created_at)), 0) AS seconds,
                   (SELECT count(*) FROM outbox_set_aside) AS set_aside
            FROM outbox""";

    private static final Backlog UNKNOWN = new Backlog(Double.NaN, Double.NaN, Double.NaN);

    private final Pool pool;
    private final OutboxConfig config;
    private final Alarms alarms;
    private final BackgroundWork background;
    private volatile Backlog latest = UNKNOWN;

    OutboxGauges(Pool pool, OutboxConfig config, Alarms alarms, BackgroundWork background, MeterRegistry registry) {
        this.pool = pool;
        this.config = config;
        this.alarms = alarms;
        this.background = background;
        Gauge.builder("outbox.rows", () -> latest.rows())
                .description("Records that are not out yet")
                .register(registry);
        Gauge.builder("outbox.age", () -> latest.seconds())
                .description("How long the oldest of them has been waiting")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("outbox.set.aside", () -> latest.setAside())
                .description(
                        "Records that can never be sent as they are, or wait behind one of their key: for a person")
                .register(registry);
    }

    /**
     * Size of the outbox.
     *
     * @param seconds age of the oldest row; 0 where there is none
     * @param setAside rows that wait for a person
     */
    private record Backlog(double rows, double seconds, double setAside) {}

    /** Uses a connection of its own, because a query on the pool itself leaks a failure (vertx-sql-client 1706). */
    private Uni<Backlog> measure() {
        return pool.withConnection(connection -> connection.query(BACKLOG).execute())
                .map(rows -> rows.iterator().next())
                .map(row -> new Backlog(row.getDouble("rows"), row.getDouble("seconds"), row.getDouble("set_aside")));
    }

    private void show(Backlog backlog) {
        latest = backlog;
        if (backlog.setAside() > 0) {
            alarms.raise(
                    "outbox",
                    "Records can never be sent as they are, or wait behind one of their key: see GET /outbox.");
        } else if (backlog.setAside() == 0) {
            alarms.clear("outbox");
        }
    }

    void start(@Observes StartupEvent event) {
        background.every(
                config.measureEvery(),
                () -> measure().onFailure().recoverWithItem(UNKNOWN).invoke(this::show));
    }
}

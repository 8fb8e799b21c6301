package millrace.orders.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import millrace.orders.outage.Alarms;
import millrace.orders.outage.BackgroundWork;

/** Publishes the number and age of the rows in the outbox as metrics; NaN while the database is unavailable. */
@ApplicationScoped
class OutboxGauges {
    private static final OutboxTable.Backlog UNKNOWN = new OutboxTable.Backlog(Double.NaN, Double.NaN, Double.NaN);

    private final OutboxTable table;
    private final OutboxConfig config;
    private final Alarms alarms;
    private final BackgroundWork background;
    private volatile OutboxTable.Backlog latest = UNKNOWN;

    OutboxGauges(
            OutboxTable table, OutboxConfig config, Alarms alarms, BackgroundWork background, MeterRegistry registry) {
        this.table = table;
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

    private void show(OutboxTable.Backlog backlog) {
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
                () -> table.backlog().onFailure().recoverWithItem(UNKNOWN).invoke(this::show));
    }
}

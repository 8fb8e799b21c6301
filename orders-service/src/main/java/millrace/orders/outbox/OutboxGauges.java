package millrace.orders.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Shows how much waits in the outbox and for how long; not a number while the database does not say. */
@ApplicationScoped
class OutboxGauges {
    private static final OutboxTable.Backlog UNKNOWN = new OutboxTable.Backlog(Double.NaN, Double.NaN);

    private final OutboxTable table;
    private final OutboxConfig config;
    private volatile OutboxTable.Backlog latest = UNKNOWN;
    private Cancellable looks;

    OutboxGauges(OutboxTable table, OutboxConfig config, MeterRegistry registry) {
        this.table = table;
        this.config = config;
        Gauge.builder("outbox.rows", () -> latest.rows())
                .description("Records that are not out yet")
                .register(registry);
        Gauge.builder("outbox.age", () -> latest.seconds())
                .description("How long the oldest of them has been waiting")
                .baseUnit("seconds")
                .register(registry);
    }

    void start(@Observes StartupEvent event) {
        looks = Multi.createFrom()
                .ticks()
                .every(config.measureEvery())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(
                        tick -> table.backlog().onFailure().recoverWithItem(UNKNOWN))
                .subscribe()
                .with(backlog -> latest = backlog);
    }

    @PreDestroy
    void stop() {
        looks.cancel();
    }
}

package millrace.orders.deadletter;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import millrace.orders.outage.BackgroundWork;

/**
 * Publishes the number of waiting records by state as the metrics {@code dead_letters}; NaN while the database is
 * unavailable.
 */
@ApplicationScoped
class DeadLetterGauges {
    private static final Duration MEASURE_EVERY = Duration.ofSeconds(5);
    private static final String WAITING = """
            SELECT count(reason) AS dead, count(*) - count(reason) AS parked,
                   (SELECT count(*) FROM blocked_keys
                    WHERE (SELECT reason FROM dead_letters WHERE key_hash = hash AND resolution IS NULL
                           ORDER BY number LIMIT 1) IS NULL) AS stranded
            FROM dead_letters WHERE resolution IS NULL""";
    private static final Counts UNKNOWN = new Counts(Double.NaN, Double.NaN, Double.NaN);

    private final Pool pool;
    private final BackgroundWork background;
    private volatile Counts latest = UNKNOWN;

    DeadLetterGauges(Pool pool, BackgroundWork background, MeterRegistry registry) {
        this.pool = pool;
        this.background = background;
        Gauge.builder("dead.letters", () -> latest.dead())
                .description("Records that cannot be applied, and wait for a person to correct or discard them")
                .tag("state", "dead")
                .register(registry);
        Gauge.builder("dead.letters", () -> latest.parked())
                .description("Records that are parked behind one of their key that cannot be applied")
                .tag("state", "parked")
                .register(registry);
        Gauge.builder("dead.letters.stranded.keys", () -> latest.stranded())
                .description("Keys whose records are parked though none before them is dead: redrive them")
                .register(registry);
    }

    /** @param stranded keys whose first waiting record is parked, although no record before it waits */
    private record Counts(double dead, double parked, double stranded) {}

    void start(@Observes StartupEvent event) {
        background.every(
                MEASURE_EVERY,
                () -> measure().onFailure().recoverWithItem(UNKNOWN).invoke(counts -> latest = counts));
    }

    private Uni<Counts> measure() {
        return pool.withConnection(connection -> connection.query(WAITING).execute())
                .map(rows -> rows.iterator().next())
                .map(row -> new Counts(row.getDouble("dead"), row.getDouble("parked"), row.getDouble("stranded")));
    }
}

package millrace.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import millrace.analytics.engine.StateAccess;
import millrace.analytics.session.Sessionizer;
import millrace.events.Visit;
import millrace.events.Visit.Device;
import millrace.events.Visit.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** State of the job is bounded, and what bounds it never stops the stream thread for long. */
class ExpiryTest {
    private static final Instant NOON = Instant.parse("2015-05-17T12:00:00Z");
    private static final int ROWS = 20_000;

    private final TopologyHarness job = new TopologyHarness();

    @AfterEach
    void close() {
        job.close();
    }

    @Test
    @Timeout(60)
    void a_store_is_looked_through_in_short_steps() {
        job.view("ann", "/", NOON);
        job.pass(Duration.ofSeconds(1));
        fillWithRowsOf(TopologyHarness.TODAY);
        job.pass(Duration.ofDays(31));
        job.acceptedLater(Duration.ofDays(31), () -> job.view("ann", "/", NOON.plusSeconds(60)));
        assertThat(rows()).as("rows left after the record").isGreaterThan(ROWS);

        // A row of the middle and the last one go in different steps of the same look.
        while (has(ROWS / 2)) {
            job.pass(Duration.ofSeconds(1));
        }
        assertThat(has(ROWS - 1)).isTrue();
        while (has(ROWS - 1)) {
            job.pass(Duration.ofSeconds(1));
        }

        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void the_first_records_after_a_start_begin_no_look_through_the_stores() {
        fillWithRowsOf(TopologyHarness.TODAY.minus(Duration.ofDays(31)));

        job.view("ann", "/", NOON);
        job.expire();

        assertThat(rows()).isEqualTo(ROWS + 1);
    }

    @Test
    void a_record_accepted_in_the_future_expires_no_row() {
        job.view("ann", "/", NOON);
        job.pass(Duration.ofSeconds(1));

        job.acceptedLater(Duration.ofDays(60), () -> job.view("bob", "/", NOON.plusSeconds(60)));
        job.expire();

        assertThat(rows()).isEqualTo(2);
    }

    private void fillWithRowsOf(Instant acceptedAt) {
        var visit = new Visit(
                NOON, NOON, "shop", "zoe", 1, 0, "/", "/", null, null, Device.UNKNOWN, Step.VISIT, true, true, true);
        var visits = StateAccess.table(job.driver.getStateStore(EventProcessor.STORE), Sessionizer.VISITS);
        for (var visitor = 0; visitor < ROWS; visitor++) {
            visits.put(key(visitor), visit, acceptedAt.toEpochMilli());
        }
        job.pass(Duration.ofSeconds(1));
        job.pass(Duration.ofSeconds(1));
    }

    private boolean has(int number) {
        return visits().containsKey(key(number));
    }

    private static String key(int number) {
        return "2015-05-17T12:00:00.000Z|shop|%06d".formatted(number);
    }

    private int rows() {
        return visits().size();
    }

    private Map<String, Visit> visits() {
        return job.rows(EventProcessor.STORE, Sessionizer.VISITS);
    }
}

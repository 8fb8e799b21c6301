package millrace.ingest.publish;

import static millrace.ingest.EdgeTestClient.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import millrace.events.Channels;
import millrace.events.Counted;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.PublishedRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The counts that the edge reports are those of the records on the channels. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class LedgerReporterTest {
    private static final Duration REPORTED_WITHIN = Duration.ofSeconds(60);

    @Inject
    LedgerReporter reports;

    /**
     * Other tests write to the same channels, some without an acknowledgement, so the test compares only later counts.
     */
    @Test
    void what_was_acknowledged_is_on_the_ledger_and_then_that_the_process_was_there() {
        awaitReport();
        var clicks = counted("clicks");
        var rejected = counted("rejected-events");

        post("/v1/page", "{'anonymousId':'v','messageId':'report-1'}");
        post("/v1/batch", "{'batch':[{'type':'page','userId':'u','messageId':'report-2'},{'messageId':'report-3'}]}");

        awaitReport();
        assertThat(counted("clicks") - clicks).isEqualTo(2);
        assertThat(counted("rejected-events") - rejected).isEqualTo(1);
    }

    /** Waits for a report that was made after now, and so counts all earlier records. */
    private static void awaitReport() {
        var now = Instant.now();
        await().atMost(REPORTED_WITHIN)
                .until(() -> ledger().values().stream()
                        .anyMatch(
                                counted -> counted.isReport() && counted.upTo().isAfter(now) && !counted.ended()));
    }

    private static long counted(String channel) {
        return ledger().values().stream()
                .filter(counted -> channel.equals(counted.channel()))
                .mapToLong(counted -> counted.counts().get(Counted.ACKNOWLEDGED))
                .sum();
    }

    /** Returns the last value of each key. */
    private static Map<String, Counted> ledger() {
        return PublishedRecords.records(Channels.LEDGER).stream()
                .collect(Collectors.toMap(
                        record -> record.key(),
                        record -> Channels.LEDGER.value().deserializer().deserialize("ledger", record.value()),
                        (before, later) -> later,
                        HashMap::new));
    }
}

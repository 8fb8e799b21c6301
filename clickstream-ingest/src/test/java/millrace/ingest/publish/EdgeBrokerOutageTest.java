package millrace.ingest.publish;

import static millrace.ingest.EdgeTestClient.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.EdgeTestClient;
import millrace.ingest.PublishedRecords;
import millrace.local.ManagedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
@Tag("embedded")
class EdgeBrokerOutageTest {
    /** Time for a hundred requests of twenty clients, each answered within 2 s. */
    private static final Duration SOON = Duration.ofSeconds(5 * 2 + 5);

    private final ManagedServer broker =
            EdgePlatformResource.platform.embedded().servers().getFirst();
    private final AtomicInteger sent = new AtomicInteger();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();

    /** The other tests need it, whatever this one found. */
    @AfterEach
    void startBroker() {
        if (!broker.process().isAlive()) {
            broker.start();
        }
    }

    @Test
    void while_the_broker_is_away_nothing_succeeds_and_nothing_acknowledged_is_lost() throws Exception {
        assertThat(send().status()).isEqualTo(200);

        broker.stop();
        for (int round = 0; round < 2; round++) {
            nothingSucceeds();
        }
        assertThat(EdgeTestClient.get("/q/health/ready").status()).isEqualTo(503);

        broker.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> send().status() == 200);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> EdgeTestClient.get("/q/health/ready").status() == 200);
        var kept = PublishedRecords.records(Channels.CLICKS).stream()
                .collect(Collectors.groupingBy(
                        record -> CloudEvents.text(record.headers(), CloudEvents.ID), Collectors.counting()));
        assertThat(acknowledged)
                .hasSizeGreaterThan(1)
                .allSatisfy(id -> assertThat(kept).containsEntry(id, 1L));
    }

    private void nothingSucceeds() throws Exception {
        var start = Instant.now();
        try (var clients = Executors.newFixedThreadPool(20)) {
            var responses = IntStream.range(0, 100)
                    .mapToObj(i -> clients.submit(this::send))
                    .toList();
            for (var response : responses) {
                assertThat(response.get().status()).isEqualTo(503);
                assertThat(response.get().header("Retry-After")).hasValue("1");
            }
        }
        assertThat(Duration.between(start, Instant.now())).isLessThan(SOON);
    }

    private EdgeTestClient.Response send() {
        var id = "outage-" + sent.getAndIncrement();
        var response = post("/v1/page", "{'userId':'u','messageId':'" + id + "'}");
        if (response.status() == 200) {
            acknowledged.add(id);
        }
        return response;
    }
}

package millrace.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
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

/** Clients record the responses to what they sent, while the broker is killed under load. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
@Tag("embedded")
class EdgeBrokerKillTest {
    private static final int CLIENTS = 16;
    private static final Duration WITHIN = Duration.ofSeconds(90);

    private final AtomicBoolean enough = new AtomicBoolean();
    private final ManagedServer broker =
            EdgePlatformResource.platform.embedded().servers().getFirst();
    private final AtomicInteger acknowledgedInAll = new AtomicInteger();
    /** Number of sends of each acknowledged event. */
    private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();

    private final AtomicInteger refused = new AtomicInteger();

    /** The other tests need it, whatever this one found. */
    @AfterEach
    void startBroker() {
        if (!broker.process().isAlive()) {
            broker.start();
        }
    }

    @Test
    void a_broker_that_is_killed_under_load_loses_nothing_acknowledged_and_doubles_only_what_was_sent_again()
            throws Exception {
        try (var threads = Executors.newFixedThreadPool(CLIENTS)) {
            var clients = start(threads);
            await("load").atMost(WITHIN).until(() -> acknowledgedInAll.get() > 500);

            ProcessHandle.of(broker.process().pid()).orElseThrow().destroyForcibly();
            await("the broker is missed").atMost(WITHIN).until(() -> refused.get() > CLIENTS);
            var before = acknowledgedInAll.get();
            broker.stop();
            broker.start();
            await("load again").atMost(WITHIN).until(() -> acknowledgedInAll.get() > before + 500);
            enough.set(true);
            for (var client : clients) {
                client.get();
            }
        }

        var kept = PublishedRecords.records(Channels.CLICKS).stream()
                .collect(Collectors.groupingBy(
                        record -> CloudEvents.text(record.headers(), CloudEvents.ID), Collectors.counting()));
        assertThat(acknowledged)
                .hasSizeGreaterThan(1_000)
                .allSatisfy((id, sent) -> assertThat(kept.getOrDefault(id, 0L))
                        .as("times that %s, sent %d times, is in the log", id, sent)
                        .isBetween(1L, (long) sent));
        assertThat(acknowledged.values()).as("some were sent again").anyMatch(times -> times > 1);
    }

    private List<? extends Future<?>> start(ExecutorService threads) {
        return IntStream.range(0, CLIENTS)
                .mapToObj(client -> threads.submit(() -> {
                    for (int i = 0; !enough.get(); i++) {
                        deliver("ledger-" + client + "-" + i);
                    }
                }))
                .toList();
    }

    /** Sends an event until it is acknowledged. */
    private void deliver(String id) {
        for (int times = 1; ; times++) {
            var response = EdgeTestClient.post("/v1/page", "{'userId':'u','messageId':'" + id + "'}");
            if (response.status() == 200) {
                acknowledged.put(id, times);
                acknowledgedInAll.incrementAndGet();
                return;
            }
            assertThat(response.status()).as(response.text()).isIn(429, 503);
            refused.incrementAndGet();
        }
    }
}

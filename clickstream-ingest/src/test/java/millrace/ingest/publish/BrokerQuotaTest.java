package millrace.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import millrace.channels.Plan;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.EdgeTestClient;
import millrace.ingest.PublishedRecords;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The broker slows the edge down to the quota of the smallest plan. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
@Tag("long")
class BrokerQuotaTest {
    private static final int CLIENTS = 16;
    private static final int ENOUGH = 3 * CLIENTS;
    private static final Duration WITHIN = Duration.ofSeconds(90);

    private final AtomicBoolean enough = new AtomicBoolean();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<EdgeTestClient.Response> putOff = new ConcurrentLinkedQueue<>();
    private final Queue<EdgeTestClient.Response> others = new ConcurrentLinkedQueue<>();

    @AfterEach
    void removeQuota() throws Exception {
        limitTo(null);
    }

    @Test
    @Tag("embedded")
    void what_is_more_than_the_quota_is_put_off_and_what_was_acknowledged_is_in_the_log() throws Exception {
        limitTo((double) Plan.BASIC_0.produceBytesPerSecond().orElseThrow());
        try (var threads = Executors.newFixedThreadPool(CLIENTS)) {
            IntStream.range(0, CLIENTS).forEach(client -> threads.submit(() -> sendMuch(client)));
            try {
                await("some are put off").atMost(WITHIN).until(() -> putOff.size() + others.size() >= ENOUGH);
            } finally {
                enough.set(true);
            }
        }

        assertThat(others).extracting(EdgeTestClient.Response::text).isEmpty();
        assertThat(putOff)
                .allSatisfy(response -> assertThat(response.header("Retry-After"))
                        .hasValueSatisfying(seconds -> assertThat(Integer.parseInt(seconds))
                                .as("the longest throttle of a request of at most 1 MB, in seconds")
                                .isBetween(1, 20)))
                .extracting(response -> response.json().path("detail").asText())
                .containsOnly("The broker takes no more bytes a second. Send it again with the same ids.");
        var kept = PublishedRecords.records(Channels.CLICKS).stream()
                .map(record -> CloudEvents.text(record.headers(), CloudEvents.ID))
                .collect(Collectors.toSet());
        assertThat(kept).containsAll(acknowledged);
        assertThat(acknowledged).isNotEmpty();

        removeQuota();
        await("the edge is as before")
                .atMost(WITHIN)
                .until(() -> EdgeTestClient.post("/v1/page", "{'userId':'u'}").status() == 200);
        aBrokerThatIsGoneDoesNotSlowDown();
    }

    /** What the broker said before it went is over soon. */
    private static void aBrokerThatIsGoneDoesNotSlowDown() {
        var broker = EdgePlatformResource.platform.embedded().servers().getFirst();
        broker.stop();
        try {
            await("its absence is told")
                    .atMost(Duration.ofSeconds(10))
                    .until(() ->
                            EdgeTestClient.post("/v1/page", "{'userId':'u'}").status() == 503);
        } finally {
            broker.start();
        }
        await("the edge writes again")
                .atMost(WITHIN)
                .until(() -> EdgeTestClient.post("/v1/page", "{'userId':'u'}").status() == 200);
    }

    /** Sends events that do not become shorter by compression. */
    private void sendMuch(int client) {
        var random = RandomGenerator.of("L64X128MixRandom");
        for (var i = 0; !enough.get(); i++) {
            var id = "quota-" + client + "-" + i;
            var text = IntStream.range(0, 1_000)
                    .mapToObj(part -> Long.toHexString(random.nextLong()))
                    .collect(Collectors.joining())
                    .substring(0, 10_000);
            var response = EdgeTestClient.post(
                    "/v1/page", "{'userId':'u','messageId':'%s','properties':{'text':'%s'}}".formatted(id, text));
            switch (response.status()) {
                case 200 -> acknowledged.add(id);
                case 429 -> putOff.add(response);
                default -> others.add(response);
            }
        }
    }

    /** @param bytesPerSecond that the edge may produce; {@code null} removes the quota */
    private static void limitTo(Double bytesPerSecond) throws Exception {
        var user = new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, "app"));
        var quota = new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond);
        try (var admin = Admin.create(EdgePlatformResource.platform.kafkaClient())) {
            admin.alterClientQuotas(List.of(new ClientQuotaAlteration(user, List.of(quota))))
                    .all()
                    .get();
        }
    }
}

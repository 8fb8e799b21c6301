package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import millrace.events.Channels;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.Json;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two processes of analytics share the work: each of them answers a query completely, or refuses it with a reason. */
@Tag("platform")
@Tag("long")
@Tag("turn-1")
class DistributedQueriesTest {
    private static final Duration WITHIN = Duration.ofSeconds(180);
    private static final Instant NOON = Instant.parse("2015-05-17T12:00:00Z");
    private static final int VISITORS = 60;
    private static final int PARTITIONS = 3;
    private static final String VISITS = "/visits?limit=10000";

    private final HttpClient client = HttpClient.newHttpClient();
    private DataDirectory directory;
    private Platform platform;
    private ServiceInstance one;
    private ServiceInstance other;

    @BeforeEach
    void start() throws IOException {
        directory = DataDirectory.open(Files.createTempDirectory("questions"));
        platform = Platform.start(directory.folder("platform"));
        ServiceInstance.runToEnd(directory, platform, "release");
        one = new ServiceInstance(directory, platform, "analytics", "analytics-1");
        other = new ServiceInstance(directory, platform, "analytics", "analytics-2");
        eventually("both share the work", () -> {
            assertThat(own(one).size()).as(this::output).isBetween(1, PARTITIONS - 1);
            assertThat(own(one).size() + own(other).size()).isEqualTo(PARTITIONS);
        });
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        one.close();
        other.close();
        platform.close();
        directory.close();
    }

    @Test
    void whichever_instance_is_asked_the_answer_is_whole() throws Exception {
        view();

        eventually("each has some", () -> {
            assertThat(rows(one)).isBetween(1, VISITORS - 1);
            assertThat(rows(one) + rows(other)).isEqualTo(VISITORS);
        });
        for (var question : List.of(VISITS, "/page-views?by=page", "/page-views?by=hour", "/visits?format=csv")) {
            eventually("both instances answer", () -> {
                var answer = ask(one, question);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(ask(other, question).body()).as(question).isEqualTo(answer.body());
            });
        }
        assertThat(visitors(one)).hasSize(VISITORS);
    }

    @Test
    void without_the_other_there_is_no_answer_until_there_is_a_whole_one() throws Exception {
        view();
        eventually("all is there", () -> assertThat(visitors(other)).hasSize(VISITORS));
        // A store shows what is not committed yet, and a kill takes that back until it is read again.
        eventually("all is committed", () -> assertThat(committedClicks()).isEqualTo(VISITORS));

        one.kill();

        var sentences = new HashSet<String>();
        var wholes = new HashSet<Integer>();
        eventually("the other has all", () -> {
            var answer = ask(other, VISITS);
            var told = Json.MAPPER.readTree(answer.body());
            if (answer.statusCode() == 503) {
                assertThat(answer.headers().firstValue("Retry-After")).contains("2");
                sentences.add(told.get("detail").asText());
            } else {
                wholes.add(told.size());
            }
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(own(other)).hasSize(PARTITIONS);
        });
        assertThat(wholes).containsExactly(VISITORS);
        assertThat(sentences)
                .anyMatch(sentence ->
                        sentence.startsWith("The instance " + one.address() + " holds partitions of the table visits"));
    }

    @Test
    void a_live_stream_of_either_instance_carries_all_visits() throws Exception {
        var streams = List.of(listen(one), listen(other));
        eventually(
                "both listen",
                () -> assertThat(streams)
                        .allSatisfy(stream -> assertThat(stream).contains(":from now on")));

        view();

        eventually(
                "both hear",
                () -> assertThat(streams)
                        .allSatisfy(stream -> assertThat(new HashSet<>(stream))
                                .filteredOn(line -> line.startsWith("data:"))
                                .hasSize(VISITORS)));
        assertThat(own(one)).hasSizeLessThan(PARTITIONS);
    }

    private void view() {
        var clicks = Channels.CLICKS;
        try (var producer = new KafkaProducer<>(
                platform.kafkaClient(),
                clicks.key().serializer(),
                clicks.value().serializer())) {
            for (int i = 0; i < VISITORS; i++) {
                var page = new ClickEvent.Page("/" + i % 5, null, null, null);
                ClickEvent view = new PageViewed(
                        "m" + i, "shop", "v" + i, null, NOON.plusSeconds(i), Instant.now(), null, page, null, null);
                producer.send(new ProducerRecord<>(platform.topic(clicks.name()), "v" + i, view));
            }
        }
    }

    private long committedClicks() throws Exception {
        var clicks = platform.topic(Channels.CLICKS.name());
        try (var admin = Admin.create(platform.kafkaClient())) {
            return admin
                    .listConsumerGroupOffsets(platform.topic("analytics"))
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .entrySet()
                    .stream()
                    .filter(partition -> partition.getKey().topic().equals(clicks))
                    .mapToLong(partition -> partition.getValue().offset())
                    .sum();
        }
    }

    private Set<String> visitors(ServiceInstance instance) throws Exception {
        var answer = ask(instance, VISITS);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new HashSet<>(Json.MAPPER.readTree(answer.body()).findValuesAsText("visitor"));
    }

    private int rows(ServiceInstance instance) throws Exception {
        return own(instance).values().stream().mapToInt(rows -> rows).sum();
    }

    /** Number of rows in each partition of visits that the instance itself holds. */
    private Map<Integer, Integer> own(ServiceInstance instance) throws Exception {
        var answer = client.send(instance.request("/rows/visits"), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).as(this::output).isEqualTo(200);
        var rows = new HashMap<Integer, Integer>();
        try (var stream = new DataInputStream(answer.body())) {
            var partition = -1;
            for (var what = stream.readByte(); what != 0; what = stream.readByte()) {
                if (what == 1) {
                    partition = stream.readInt();
                    rows.put(partition, 0);
                } else {
                    stream.skipNBytes(stream.readInt());
                    stream.skipNBytes(stream.readInt());
                    rows.merge(partition, 1, Integer::sum);
                }
            }
        }
        return rows;
    }

    private List<String> listen(ServiceInstance instance) {
        var lines = new CopyOnWriteArrayList<String>();
        listen(instance, lines);
        return lines;
    }

    /** Adds the lines of the stream; one that is not opened is asked for again a second later. */
    private void listen(ServiceInstance instance, List<String> lines) {
        client.sendAsync(instance.request("/live?channel=visits"), BodyHandlers.ofLines())
                .thenAccept(answer -> {
                    assertThat(answer.statusCode()).isEqualTo(200);
                    answer.body().forEach(lines::add);
                })
                .exceptionally(failure -> {
                    lines.add("failed: " + failure);
                    if (!client.isTerminated()) {
                        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> listen(instance, lines));
                    }
                    return null;
                });
    }

    private HttpResponse<String> ask(ServiceInstance instance, String question) throws Exception {
        return client.send(instance.request(question), BodyHandlers.ofString());
    }

    private String output() {
        return one.output() + other.output();
    }

    private static void eventually(String what, ThrowingRunnable check) {
        await(what)
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .untilAsserted(check);
    }
}

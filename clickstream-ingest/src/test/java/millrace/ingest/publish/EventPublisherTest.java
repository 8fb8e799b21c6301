package millrace.ingest.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.EventRejected;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.EdgeTestClient;
import millrace.ingest.PublishedRecords;
import millrace.ingest.auth.BrowserVisitor;
import millrace.ingest.auth.RequestContext;
import millrace.ingest.auth.Source;
import millrace.ingest.http.ProblemException;
import millrace.ingest.segment.SegmentFixture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Records that wait for others, records that the broker refuses for good, and records of a topic that is gone. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class EventPublisherTest {
    private static final RequestContext CONTEXT = new RequestContext(
            Source.named("shop"),
            "shop",
            "shop",
            "/v1/batch",
            Instant.now(),
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
            BrowserVisitor.UNKNOWN);

    @Inject
    EventPublisher publisher;

    @Inject
    EdgeRecordCounts counts;

    @Inject
    Vertx vertx;

    /** The event loop of all requests, which keeps their order. */
    private Context loop;

    @Inject
    KafkaClientService clients;

    @BeforeEach
    void chooseLoop() {
        loop = vertx.getOrCreateContext();
    }

    @Test
    void records_that_come_while_a_request_is_on_its_way_follow_after_its_acknowledgement_in_order() throws Exception {
        var ids = IntStream.range(0, 20).mapToObj(i -> "behind-" + i).toList();
        var published = new ArrayList<Future<Void>>();
        assertThat(publish(List.of(record(Channels.CLICKS, "before", new byte[10])))
                        .succeeded())
                .isTrue();

        signalBroker("STOP");
        try {
            published.add(begin(List.of(record(Channels.CLICKS, ids.getFirst(), new byte[10]))));
            await("a request is on its way")
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(Duration.ofSeconds(1))
                    .until(() -> metric("requests-in-flight") == 1);
            for (var id : ids.subList(1, ids.size())) {
                published.add(begin(List.of(record(Channels.CLICKS, id, new byte[10]))));
            }
            await("no other request follows it")
                    .pollInterval(Duration.ofMillis(10))
                    .during(Duration.ofMillis(100))
                    .atMost(Duration.ofSeconds(1))
                    .until(() -> metric("requests-in-flight") == 1);
        } finally {
            signalBroker("CONT");
        }

        await().atMost(Duration.ofSeconds(60))
                .until(() -> Future.join(published).isComplete());
        assertThat(published).allMatch(Future::succeeded);
        assertThat(PublishedRecords.recent(Channels.CLICKS).stream()
                        .map(written -> CloudEvents.text(written.headers(), CloudEvents.ID))
                        .filter(ids::contains))
                .containsExactlyElementsOf(ids);
    }

    @Test
    void a_record_that_is_too_large_for_the_log_is_refused_for_good_and_its_neighbours_are_written() {
        var large = record(Channels.REJECTED_EVENTS, "log-large", new byte[1_200_000]);
        var failure = (ProblemException) publish(List.of(
                        record(Channels.REJECTED_EVENTS, "log-1", new byte[10]),
                        large,
                        record(Channels.REJECTED_EVENTS, "log-2", new byte[10])))
                .cause();

        assertThat(failure.status()).isEqualTo(413);
        assertThat(failure.getMessage()).doesNotContain("again");
        assertThat(failure.response().headers()).doesNotContainKey("retry-after");
        assertThat(PublishedRecords.records(Channels.REJECTED_EVENTS, "log-1")).hasSize(1);
        assertThat(PublishedRecords.records(Channels.REJECTED_EVENTS, "log-2")).hasSize(1);
        assertThat(counts.unreported())
                .filteredOn(total -> total.topic().endsWith(Channels.REJECTED_EVENTS.name()))
                .allMatch(total -> total.unsure() == 0);
        assertThat(publish(List.of(record(Channels.REJECTED_EVENTS, "log-3", new byte[10])))
                        .succeeded())
                .isTrue();
    }

    @Test
    void an_event_with_very_many_faults_is_refused_once_and_for_all() {
        var event = new StringBuilder("{\"specversion\":\"1.0\",\"id\":\"log-4\",\"source\":\"/s\",\"type\":\"t\"");
        IntStream.range(0, 15_000).forEach(i -> event.append(",\"A_").append(i).append("\":\"\\u0000\""));
        var response = EdgeTestClient.post(
                "/events?import=faults", event.append('}').toString(), "Content-Type", "application/cloudevents+json");

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.json().path("errors").size()).isBetween(2, 50);
        assertThat(response.text()).hasSizeLessThan(20_000);
        assertThat(rejected("shop/faults")).singleElement().satisfies(rejected -> {
            assertThat(rejected.reasons()).hasSizeBetween(2, 50);
            assertThat(rejected.original()).hasSize(32 * 1024);
        });
    }

    @Test
    void of_a_visitor_who_wants_privacy_only_the_reasons_are_kept() {
        var broken = "{'anonymousId':'private','context':{'ip':'203.0.113.77'}}{}";

        assertThat(EdgeTestClient.post(
                                "/v1/page?import=private", broken, "Sec-GPC", "1", "Origin", "https://shop.example")
                        .status())
                .isEqualTo(400);
        assertThat(rejected("shop/private")).singleElement().satisfies(event -> {
            assertThat(event.reasons()).containsExactly("Something follows the body's JSON object.");
            assertThat(event.original()).isEmpty();
        });
    }

    @Test
    void a_write_key_is_not_kept_with_what_is_refused() {
        var broken = "{'userId':'u','writeKey':'" + EdgePlatformResource.WRITE_KEY + "'}{}";

        assertThat(EdgeTestClient.post("/v1/page?import=keyed", broken).status())
                .isEqualTo(400);
        assertThat(rejected("shop/keyed"))
                .singleElement()
                .satisfies(event -> assertThat(SegmentFixture.text(event.original()))
                        .contains("'userId':'u'", "'writeKey':null")
                        .doesNotContain(EdgePlatformResource.WRITE_KEY));
    }

    @Test
    void a_topic_that_is_gone_costs_a_request_one_failure_and_no_event_loop_its_time() throws Exception {
        var topic = EdgePlatformResource.platform.topic(Channels.TRANSACTIONS.name());
        try (var admin = Admin.create(Map.copyOf(EdgePlatformResource.platform.kafkaClient()))) {
            var partitions = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size();
            assertThat(publish(transactions(1)).succeeded()).isTrue();
            admin.deleteTopics(List.of(topic)).all().get();
            try {
                await("the producer has forgotten it")
                        .atMost(Duration.ofSeconds(60))
                        .until(this::isForgotten);
                var start = Instant.now();
                var failed = publish(transactions(500));

                assertThat(((ProblemException) failed.cause()).status()).isEqualTo(503);
                assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(30));
                assertThat(publish(List.of(record(Channels.CLICKS, "log-5", new byte[10])))
                                .succeeded())
                        .as("other topics")
                        .isTrue();
            } finally {
                await("the topic can be made again")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> {
                            try {
                                admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                                        .all()
                                        .get();
                                return true;
                            } catch (java.util.concurrent.ExecutionException stillThere) {
                                return false;
                            }
                        });
            }
            await("it goes on")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> publish(transactions(1)).succeeded());
        }
    }

    /**
     * Returns true where the producer no longer knows the topic. A lookup of an unknown topic makes it refresh all
     * topics.
     */
    private boolean isForgotten() {
        var producer = clients.<String, byte[]>getProducer("log").unwrap();
        try {
            producer.partitionsFor("no-such-topic");
        } catch (KafkaException unknown) {
            assertThat(unknown).isNotNull();
        }
        try {
            producer.partitionsFor(EdgePlatformResource.platform.topic(Channels.TRANSACTIONS.name()));
            return false;
        } catch (KafkaException forgotten) {
            return true;
        }
    }

    private List<PendingRecord> transactions(int number) {
        var records = new ArrayList<PendingRecord>();
        for (int i = 0; i < number; i++) {
            records.add(record(Channels.TRANSACTIONS, "gone-" + EventIds.next(), "{}".getBytes(UTF_8)));
        }
        return records;
    }

    private static PendingRecord record(Channel<?, ?> channel, String id, byte[] value) {
        return PendingRecord.of(
                CONTEXT, channel, "k", id, "Test", "2024-05-01T12:00:00Z", value, EventDigest.of(value));
    }

    /** Publishes and waits for the result. */
    private Future<Void> publish(List<PendingRecord> records) {
        var published = begin(records);
        await().atMost(Duration.ofSeconds(60)).until(published::isComplete);
        return published;
    }

    /** Begins to publish on an event loop, as requests do, which must be free again at once. */
    private Future<Void> begin(List<PendingRecord> records) {
        var published = Promise.<Void>promise();
        var took = new CompletableFuture<Duration>();
        loop.runOnContext(now -> {
            var start = System.nanoTime();
            publisher.publish(CONTEXT, records).onComplete(published);
            took.complete(Duration.ofNanos(System.nanoTime() - start));
        });
        assertThat(took).succeedsWithin(Duration.ofSeconds(60));
        assertThat(took.join()).as("of the event loop").isLessThan(Duration.ofSeconds(5));
        return published.future();
    }

    private double metric(String name) {
        return clients.<String, byte[]>getProducer("log").unwrap().metrics().values().stream()
                .filter(metric -> metric.metricName().group().equals("producer-metrics"))
                .filter(metric -> metric.metricName().name().equals(name))
                .mapToDouble(metric -> (double) metric.metricValue())
                .sum();
    }

    /** Sends a signal to the broker: STOP suspends it, CONT resumes it. */
    private static void signalBroker(String signal) throws Exception {
        var broker = EdgePlatformResource.platform.servers().getFirst().process();
        var kill = new ProcessBuilder("kill", "-" + signal, Long.toString(broker.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static List<EventRejected> rejected(String source) {
        return PublishedRecords.recent(Channels.REJECTED_EVENTS).stream()
                .filter(record -> record.key().equals(source))
                .map(record ->
                        Channels.REJECTED_EVENTS.value().deserializer().deserialize("rejected-events", record.value()))
                .toList();
    }
}

package millrace.analytics.live;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static millrace.events.Channels.PAGE_VIEWS;
import static millrace.events.Channels.VISITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import millrace.analytics.AnalyticsPlatform;
import millrace.events.Channel;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(AnalyticsPlatform.class)
@Tag("platform")
class LiveTest {
    @TestHTTPResource("/live")
    URI live;

    @Inject
    LiveSubscriptions subscriptions;

    @Test
    void a_subscriber_gets_every_update_and_every_tombstone() {
        try (var all = new SseClient(live, AnalyticsPlatform.READER);
                var visits = new SseClient(URI.create(live + "?channel=visits"), AnalyticsPlatform.READER)) {
            all.awaitBegin();
            visits.awaitBegin();
            write(PAGE_VIEWS, List.of("one"), "{\"views\":1}");
            write(VISITS, List.of("two"), null);

            eventually(() -> {
                assertThat(all.lines())
                        .contains("event:page-views-per-minute", "data:{\"key\":\"one\",\"value\":{\"views\":1}}")
                        .contains("event:visits", "data:{\"key\":\"two\",\"value\":null}")
                        .noneMatch(line -> line.startsWith("content-type"))
                        .anyMatch(line -> line.matches("id:[0-9]:[0-9]+"));
                assertThat(visits.lines())
                        .contains("data:{\"key\":\"two\",\"value\":null}")
                        .doesNotContain("event:page-views-per-minute");
            });
        }
    }

    @Test
    void a_slow_subscriber_is_closed_with_a_reason() {
        var slow = new Slow();
        subscriptions.subscribe(Set.of("visits")).subscribe().withSubscriber(slow);
        try (var other = new SseClient(live, AnalyticsPlatform.READER)) {
            other.awaitBegin();
            write(VISITS, Collections.nCopies(LiveSubscriptions.MAX_QUEUED + 1, "many"), null);
            eventually(() -> assertThat(other.lines())
                    .filteredOn("event:visits"::equals)
                    .hasSizeGreaterThan(LiveSubscriptions.MAX_QUEUED));
        }

        slow.subscription.request(Long.MAX_VALUE);

        assertThat(slow.received).hasSizeBetween(LiveSubscriptions.MAX_QUEUED - 1, LiveSubscriptions.MAX_QUEUED + 1);
        assertThat(slow.received.getLast())
                .isEqualTo(LiveUpdate.end("More than 1000 updates waited for this subscriber: it was too slow."));
        assertThat(slow.completed).isTrue();
    }

    @Test
    void subscribers_beyond_the_limit_are_refused() {
        var subscribers = new ArrayList<Slow>();
        for (int i = 0; i < LiveSubscriptions.MAX_SUBSCRIBERS; i++) {
            subscribers.add(new Slow());
            subscriptions.subscribe(Set.of()).subscribe().withSubscriber(subscribers.getLast());
        }

        asked("/live").statusCode(503).header("Retry-After", "2").body("detail", containsString("100 clients"));
        subscribers.forEach(subscriber -> subscriber.subscription.cancel());
        try (var next = new SseClient(live, AnalyticsPlatform.READER)) {
            next.awaitBegin();
        }
    }

    @Test
    void an_unknown_channel_is_refused_with_the_list_of_channels() {
        asked("/live?channel=visits&channel=analytics-dlq")
                .statusCode(400)
                .body(
                        "detail",
                        equalTo(
                                "channel must be one of abandoned-carts, funnel-per-hour, late-events, order-attribution,"
                                        + " page-views-per-minute, revenue-per-minute, top-products, trending-products,"
                                        + " visits, not analytics-dlq"));
    }

    private static ValidatableResponse asked(String question) {
        return given().header("Authorization", AnalyticsPlatform.READER)
                .get(question)
                .then();
    }

    private static void write(Channel<?, ?> channel, List<String> keys, String json) {
        var value = json == null ? null : json.getBytes(UTF_8);
        var platform = AnalyticsPlatform.platform();
        try (var producer =
                new KafkaProducer<>(platform.kafkaClient(), new StringSerializer(), new ByteArraySerializer())) {
            keys.forEach(key -> producer.send(new ProducerRecord<>(platform.topic(channel.name()), key, value)));
        }
    }

    private static void eventually(Runnable check) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(check::run);
    }

    /** Requests no items until the test does. */
    private static final class Slow implements MultiSubscriber<LiveUpdate> {
        final List<LiveUpdate> received = new CopyOnWriteArrayList<>();
        volatile Flow.Subscription subscription;
        volatile boolean completed;

        @Override
        public void onSubscribe(Flow.Subscription to) {
            subscription = to;
        }

        @Override
        public void onItem(LiveUpdate update) {
            received.add(update);
        }

        @Override
        public void onFailure(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onCompletion() {
            completed = true;
        }
    }
}

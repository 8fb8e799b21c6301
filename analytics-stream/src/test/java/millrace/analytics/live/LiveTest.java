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
import millrace.analytics.PlatformResource;
import millrace.events.Channel;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(PlatformResource.class)
@Tag("platform")
class LiveTest {
    @TestHTTPResource("/live")
    URI live;

    @Inject
    Listeners listeners;

    @Test
    void a_listener_is_told_of_each_update_and_of_rows_that_are_taken_back() {
        try (var all = new Ear(live, PlatformResource.READER);
                var visits = new Ear(URI.create(live + "?channel=visits"), PlatformResource.READER)) {
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
    void a_listener_who_does_not_keep_up_is_told_so_and_let_go() {
        var slow = new Slow();
        listeners.listen(Set.of("visits")).subscribe().withSubscriber(slow);
        try (var other = new Ear(live, PlatformResource.READER)) {
            other.awaitBegin();
            write(VISITS, Collections.nCopies(Listeners.WAITING + 1, "many"), null);
            eventually(() ->
                    assertThat(other.lines()).filteredOn("event:visits"::equals).hasSizeGreaterThan(Listeners.WAITING));
        }

        slow.subscription.request(Long.MAX_VALUE);

        assertThat(slow.told).hasSizeBetween(Listeners.WAITING - 1, Listeners.WAITING + 1);
        assertThat(slow.told.getLast())
                .isEqualTo(Update.end("More than 1000 updates waited for this listener: it was too slow."));
        assertThat(slow.done).isTrue();
    }

    @Test
    void more_listeners_than_the_most_are_told_to_come_back() {
        var heard = new ArrayList<Slow>();
        for (int i = 0; i < Listeners.MOST; i++) {
            heard.add(new Slow());
            listeners.listen(Set.of()).subscribe().withSubscriber(heard.getLast());
        }

        asked("/live").statusCode(503).header("Retry-After", "2").body("detail", containsString("100 listen"));
        heard.forEach(listener -> listener.subscription.cancel());
        try (var next = new Ear(live, PlatformResource.READER)) {
            next.awaitBegin();
        }
    }

    @Test
    void a_channel_that_is_no_aggregate_is_refused_with_the_choices() {
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
        return given().header("Authorization", PlatformResource.READER)
                .get(question)
                .then();
    }

    private static void write(Channel<?, ?> channel, List<String> keys, String json) {
        var value = json == null ? null : json.getBytes(UTF_8);
        var platform = PlatformResource.platform();
        try (var producer =
                new KafkaProducer<>(platform.kafkaClient(), new StringSerializer(), new ByteArraySerializer())) {
            keys.forEach(key -> producer.send(new ProducerRecord<>(platform.topic(channel.name()), key, value)));
        }
    }

    private static void eventually(Runnable check) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(check::run);
    }

    /** Asks for nothing until it is told to. */
    private static final class Slow implements MultiSubscriber<Update> {
        final List<Update> told = new CopyOnWriteArrayList<>();
        volatile Flow.Subscription subscription;
        volatile boolean done;

        @Override
        public void onSubscribe(Flow.Subscription to) {
            subscription = to;
        }

        @Override
        public void onItem(Update update) {
            told.add(update);
        }

        @Override
        public void onFailure(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onCompletion() {
            done = true;
        }
    }
}

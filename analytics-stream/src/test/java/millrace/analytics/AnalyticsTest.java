package millrace.analytics;

import static io.restassured.RestAssured.given;
import static millrace.events.Channels.CLICKS;
import static millrace.events.Channels.ORDERS;
import static millrace.events.Channels.TRANSACTIONS;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import millrace.events.Channel;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderEvent.OrderRefunded;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.OrderPlaced;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(AnalyticsPlatform.class)
@Tag("platform")
class AnalyticsTest {
    private static final Instant NOON = Instant.parse("2015-05-17T12:00:00Z");

    @Test
    void page_views_are_answered_by_minute_hour_and_page() {
        view("ann", "/cart", NOON);
        view("bob", "/cart", NOON.plusSeconds(60));
        view("bob", "/", NOON.plusSeconds(3600));

        var day = "/page-views?from=2015-05-17T12:00:00Z&to=2015-05-17T14:00:00Z";
        eventually(() -> ask(day).body("", hasSize(3)));
        ask(day + "&by=hour&page=/cart")
                .body("", hasSize(1))
                .body("[0].start", equalTo("2015-05-17T12:00:00Z"))
                .body("[0].end", equalTo("2015-05-17T13:00:00Z"))
                .body("[0].page", equalTo("/cart"))
                .body("[0].views", equalTo(2));
        ask(day + "&by=page")
                .body("page", equalTo(List.of("/cart", "/")))
                .body("[0].end", equalTo("2015-05-17T14:00:00Z"));
        ask("/page-views?from=2015-05-17T12:01:00Z&to=2015-05-17T13:00:00Z").body("", hasSize(1));
    }

    @Test
    void visits_are_answered_by_the_time_of_their_first_view() {
        view("cleo", "/", NOON.plusSeconds(86400));
        view("cleo", "/cart", NOON.plusSeconds(86460).plusMillis(5));
        view("dora", "/", NOON.plusSeconds(86400).plusMillis(500));

        var second = "/visits?from=2015-05-18T12:00:00Z&to=2015-05-18T12:00:00.501Z";
        eventually(() -> ask(second).body("views", equalTo(List.of(2, 1))));
        ask("/visits?from=2015-05-18T12:00:00.500Z&to=2015-05-18T12:00:01Z").body("visitor", equalTo(List.of("dora")));
    }

    @Test
    void revenue_is_a_decimal_beside_its_currency_by_minute_hour_day_and_country() {
        accept("France", NOON, new OrderLine("a", null, 3, 150), new OrderLine("b", null, 1, 0));
        accept("Japan", NOON.plusSeconds(7200), new OrderLine("b", null, 5, 1));
        refund("France", 150, NOON.plusSeconds(60));

        var day = "/revenue?from=2015-05-17T00:00:00Z&to=2015-05-18T00:00:00Z";
        eventually(() -> ask(day).body("", hasSize(3)));
        ask(day + "&by=hour").body("revenue", equalTo(List.of("4.50", "0.05")));
        ask(day + "&by=day")
                .body("[0].revenue", equalTo("4.55"))
                .body("[0].refunded", equalTo("1.50"))
                .body("[0].currency", equalTo("GBP"))
                .body("[0].orders", equalTo(2))
                .body("[0].end", equalTo("2015-05-18T00:00:00Z"));
        ask(day + "&by=country").body("country", equalTo(List.of("France", "Japan")));
        ask(day + "&by=day&country=Japan").body("[0].revenue", equalTo("0.05"));
        ask("/top-products?limit=1&from=2015-05-17T12:00:00Z")
                .body("productId", equalTo(List.of("b")))
                .body("[0].count", equalTo(6))
                .body("[0].rank", equalTo(1));
    }

    @Test
    void the_funnel_and_the_attribution_of_an_order_are_answered() {
        var later = NOON.plusSeconds(200_000);
        view("fred", "/", later);
        var order = "shop/" + id();
        send(
                ORDERS,
                order,
                new OrderAccepted(
                        id(),
                        order,
                        1,
                        "t-" + order,
                        "led",
                        "France",
                        "GBP",
                        5,
                        true,
                        List.of(),
                        later,
                        Instant.now()));
        send(
                TRANSACTIONS,
                order,
                new OrderPlaced(
                        "t-" + order,
                        "led",
                        order,
                        null,
                        "fred",
                        "France",
                        "GBP",
                        null,
                        true,
                        List.of(),
                        later,
                        Instant.now()));

        eventually(() -> ask("/funnel?campaign=none&from=2015-05-19T19:00:00Z&to=2015-05-19T20:00:00Z")
                .body("visits", equalTo(List.of(1))));
        eventually(() -> ask("/attribution/" + order)
                .contentType("application/json")
                .body("visitor", equalTo("fred"))
                .body("totalMinor", equalTo(5)));
        asked("/attribution/shop/nobody-knows")
                .statusCode(404)
                .body("detail", equalTo("No accepted order is known as shop/nobody-knows"));
        ask("/trending?product=nothing").body("", hasSize(0));
    }

    @Test
    void an_invalid_query_is_refused_with_a_sentence() {
        refused("/page-views?by=week", "by must be one of minute, hour, page, not week");
        refused("/visits?from=yesterday", "from must be an ISO 8601 instant");
        refused("/revenue?from=2015-05-18T00:00:00Z&to=2015-05-17T00:00:00Z", "from must be before to");
        refused("/top-products?limit=0", "limit must be a number from 1 to 10000, not 0");
    }

    @Test
    void the_job_publishes_health_metrics_and_an_api_document() {
        eventually(() -> given().get("/q/health/ready").then().statusCode(200));
        given().get("/q/metrics").then().statusCode(200).body(containsString("kafka_stream"));
        for (var channel : List.of("clicks", "transactions", "orders", "analytics-partials-repartition")) {
            var labels = "{channel=\"%s\",group=\"analytics\"} 0.0".formatted(channel);
            eventually(() -> given().get("/q/metrics")
                    .then()
                    .body(containsString("kafka_consumer_group_lag_seconds" + labels))
                    .body(containsString("kafka_consumer_group_lag_records" + labels)));
        }
        given().get("/q/openapi").then().statusCode(200).body(containsString("/top-products"));
    }

    private static void view(String visitor, String page, Instant time) {
        var properties = new ClickEvent.Page(page, null, null, null);
        send(
                CLICKS,
                visitor,
                new PageViewed(
                        id(), "test-" + visitor, visitor, null, time, Instant.now(), null, properties, null, null));
    }

    private static void accept(String country, Instant time, OrderLine... lines) {
        var total = List.of(lines).stream()
                .mapToLong(line -> line.quantity() * line.unitPriceMinor())
                .sum();
        var order = id();
        send(
                ORDERS,
                order,
                new OrderAccepted(
                        id(), order, 1, "t", "test", country, "GBP", total, true, List.of(lines), time, Instant.now()));
    }

    private static void refund(String country, long amount, Instant time) {
        var order = id();
        send(
                ORDERS,
                order,
                new OrderRefunded(id(), order, 1, "t", "test", country, "GBP", amount, true, time, Instant.now()));
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static <V> void send(Channel<String, V> channel, String key, V event) {
        var platform = AnalyticsPlatform.platform;
        try (var producer = new KafkaProducer<>(
                platform.kafkaClient(),
                channel.key().serializer(),
                channel.value().serializer())) {
            producer.send(new ProducerRecord<>(platform.topic(channel.name()), key, event));
        }
    }

    private static ValidatableResponse ask(String question) {
        return asked(question).statusCode(200);
    }

    private static void refused(String question, String sentence) {
        asked(question)
                .statusCode(400)
                .contentType("application/problem+json")
                .body("detail", containsString(sentence));
    }

    private static ValidatableResponse asked(String question) {
        return given().header("Authorization", AnalyticsPlatform.READER)
                .get(question)
                .then();
    }

    private static void eventually(Runnable check) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(check::run);
    }
}

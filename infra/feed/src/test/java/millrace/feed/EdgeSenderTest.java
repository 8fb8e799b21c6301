package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Concurrent requests, and the order of their messages. */
class EdgeSenderTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");

    private FakeEdge edge;

    @BeforeEach
    void start() throws IOException {
        edge = new FakeEdge();
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void orders_go_out_several_at_once() {
        edge.answerAfter(Duration.ofMillis(20));

        var one = timeOf(1, orders(40));
        var eight = timeOf(8, orders(40));

        assertThat(eight).isLessThan(one.dividedBy(2));
        assertThat(edge.accepted()).hasSize(80);
    }

    @Test
    void events_of_one_visitor_and_of_one_order_stay_in_order() {
        edge.answerAfter(Duration.ofMillis(1));
        var messages = new ArrayList<FeedMessage>();
        for (var round = 0; round < 40; round++) {
            for (var key = 0; key < 20; key++) {
                messages.add(FeedMessage.page("page-%d-%d".formatted(key, round), "visitor-" + key, NOON, "/" + round));
            }
            messages.add(order(round));
            messages.add(refund(round));
        }

        timeOf(8, messages);

        var pages = new HashMap<String, Integer>();
        var orders = new HashMap<String, Integer>();
        for (JsonNode event : edge.accepted()) {
            if (event.path("type").asText().equals("page")) {
                var round =
                        Integer.parseInt(event.at("/properties/path").asText().substring(1));
                assertThat(pages.put(event.path("anonymousId").asText(), round))
                        .isEqualTo(round == 0 ? null : (Integer) (round - 1));
            } else {
                var order = event.path("orderId")
                        .asText(event.at("/properties/order_id").asText());
                assertThat(orders.merge(order, 1, Integer::sum)).isEqualTo(event.has("orderId") ? 1 : 2);
            }
        }
        assertThat(pages).hasSize(20);
        assertThat(orders).hasSize(40);
    }

    @Test
    void nothing_is_ahead_of_another_event_by_more_than_six_hours() {
        var messages = new ArrayList<FeedMessage>();
        for (var hour = 0; hour < 48; hour++) {
            messages.add(FeedMessage.page("" + hour, "visitor-" + hour, NOON.plus(Duration.ofHours(hour)), "/"));
        }

        timeOf(8, messages);

        var latest = Instant.MIN;
        for (var event : edge.accepted()) {
            var time = DeliveredEventsRecount.time(event);
            latest = time.isAfter(latest) ? time : latest;
            assertThat(Duration.between(time, latest)).isLessThanOrEqualTo(Duration.ofHours(6));
        }
        assertThat(edge.accepted()).hasSize(48);
    }

    private Duration timeOf(int connections, List<FeedMessage> messages) {
        var report = new FeedReport("test");
        var start = System.nanoTime();
        var target = new EdgeClient(URI.create(edge.url()), "key", Optional.empty(), Duration.ofSeconds(10));
        try (var sender =
                new EdgeSender(target, "/v1/import", FeedRate.of(Optional.empty()), connections, report, order -> {})) {
            messages.forEach(sender::send);
            sender.flush();
        }
        assertThat(report.sent()).isEqualTo(messages.size());
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static List<FeedMessage> orders(int count) {
        var orders = new ArrayList<FeedMessage>();
        for (var number = 0; number < count; number++) {
            orders.add(order(number));
        }
        return orders;
    }

    private static FeedMessage order(int number) {
        var item = new Purchase.Item(Assortment.PRODUCTS.getFirst(), 1);
        var person = new Shopper.Person("visitor-" + number, "", "France");
        return new Purchase("order-" + number, person, List.of(item)).order("event-" + number, NOON);
    }

    private static FeedMessage refund(int number) {
        var properties = FeedMessage.object().put("order_id", "order-" + number).put("total", "1.00");
        return FeedMessage.track("refund-" + number, "another-visitor", NOON, "Order Refunded", properties);
    }
}

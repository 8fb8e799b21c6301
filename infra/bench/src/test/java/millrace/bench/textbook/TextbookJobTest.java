package millrace.bench.textbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Properties;
import millrace.events.Channels;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.Action;
import millrace.events.ClickEvent.ActionTracked;
import millrace.events.ClickEvent.Page;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderLine;
import millrace.events.PageViews;
import millrace.events.Revenue;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Results of the textbook job. */
class TextbookJobTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");

    private final Properties properties = new Properties();
    private final TopologyTestDriver driver = driver();
    private final TestInputTopic<String, ClickEvent> clicks = input("clicks", Channels.CLICKS.value());
    private final TestInputTopic<String, OrderEvent> orders = input("orders", Channels.ORDERS.value());

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void views_are_counted_by_page_and_minute_and_repeats_count_again() {
        view("a", "/cart", NOON);
        view("b", "/cart", NOON.plusSeconds(59));
        view("b", "/cart", NOON.plusSeconds(59));
        view("a", "/cart", NOON.plusSeconds(60));

        var rows = output("page-views", Channels.PAGE_VIEWS.value()).readKeyValuesToMap();

        assertThat(rows.get("2024-05-01T12:00:00Z|/cart"))
                .isEqualTo(new PageViews(NOON, NOON.plusSeconds(60), "/cart", 3, 0, false));
        assertThat(rows.get("2024-05-01T12:01:00Z|/cart").views()).isEqualTo(1);
    }

    @Test
    void a_click_between_two_sessions_joins_them() {
        view("a", "/", NOON);
        view("a", "/cart", NOON.plusSeconds(3_000));
        track("a", NOON.plusSeconds(1_500));

        var sessions = output("visits", TextbookJob.Session.SERDE).readKeyValuesToMap();

        assertThat(sessions)
                .containsEntry("2024-05-01T12:00:00Z|a", new TextbookJob.Session(2, 1, "/", "/cart"))
                .containsEntry("2024-05-01T12:50:00Z|a", null);
    }

    @Test
    void revenue_is_added_up_by_country_and_currency() {
        order("1", NOON);
        order("2", NOON.plusSeconds(1));

        assertThat(output("revenue", Channels.REVENUE.value()).readKeyValuesToMap())
                .containsEntry(
                        "2024-05-01T12:00:00Z|France|EUR",
                        new Revenue(NOON, NOON.plusSeconds(60), "France", "EUR", 2, 6, 1_020, 0, 0, false));
    }

    private void view(String visitor, String path, Instant at) {
        clicks.pipeInput(
                visitor,
                new PageViewed(
                        "id", "shop", visitor, null, at, at, null, new Page(path, null, null, null), null, null));
    }

    private void track(String visitor, Instant at) {
        clicks.pipeInput(
                visitor,
                new ActionTracked("id", "shop", visitor, null, at, at, "Product Viewed", new Action("p", 1L), null));
    }

    private void order(String id, Instant at) {
        var lines = List.of(new OrderLine("p", null, 3, 170));
        orders.pipeInput(id, new OrderAccepted(id, id, 1, "cause", "shop", "France", "EUR", 510, true, lines, at, at));
    }

    private TopologyTestDriver driver() {
        for (var topic : List.of("clicks", "orders", "page-views", "visits", "revenue")) {
            properties.setProperty("job." + topic, topic);
        }
        properties.setProperty("job.allowed-lateness", "PT24H");
        return new TopologyTestDriver(TextbookJob.topology(properties), properties);
    }

    private <V> TestInputTopic<String, V> input(String topic, Serde<V> format) {
        return driver.createInputTopic(topic, new StringSerializer(), format.serializer());
    }

    private <V> TestOutputTopic<String, V> output(String topic, Serde<V> format) {
        return driver.createOutputTopic(topic, new StringDeserializer(), format.deserializer());
    }
}

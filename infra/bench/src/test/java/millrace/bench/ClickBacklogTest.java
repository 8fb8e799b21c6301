package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import millrace.bench.ClickBacklog.Extras;
import millrace.bench.ClickGenerator.Shape;
import millrace.events.Channels;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.TransactionEvent.OrderPlaced;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Clicks and orders of the rows of the analytics benchmark, and the right result. */
class ClickBacklogTest {
    private static final int CLICKS = 50_000;
    private static final Duration GRACE = Duration.ofHours(24);

    @Test
    void its_last_click_is_of_now() {
        var before = Instant.now().minusSeconds(1);

        var last = clicks(backlog(Extras.NONE)).getLast();

        assertThat(last.timestamp()).isBetween(before, Instant.now());
    }

    @Test
    void a_repeat_has_the_id_of_an_earlier_click_and_is_no_view_that_counts() {
        var backlog = backlog(new Extras(0.01, 0, 0));
        var known = new HashSet<String>();

        var clicks = clicks(backlog);

        var repeated =
                clicks.stream().filter(click -> !known.add(click.messageId())).toList();
        assertThat(repeated).hasSizeBetween(400, 600);
        assertThat(backlog.repeatedViews()).isEqualTo(views(repeated));
        assertThat(backlog.views()).isEqualTo(views(clicks) - views(repeated));
        assertThat(backlog.clicks()).isEqualTo(CLICKS);
    }

    @Test
    void a_late_click_is_twice_as_late_as_allowed_and_is_no_view_that_counts() {
        var backlog = backlog(new Extras(0, 0.01, 0));

        var clicks = clicks(backlog);

        var limit = clicks.getFirst().timestamp().minus(GRACE);
        var late = clicks.stream()
                .filter(click -> click.timestamp().isBefore(limit))
                .toList();
        assertThat(late).hasSizeBetween(350, 550);
        assertThat(clicks.subList(0, CLICKS / 10)).doesNotContainAnyElementsOf(late);
        assertThat(backlog.lateViews()).isEqualTo(views(late));
        assertThat(backlog.views()).isEqualTo(views(clicks) - views(late));
    }

    @Test
    void an_order_names_the_visitor_and_is_accepted() {
        var records = backlog(new Extras(0, 0, 0.02)).next(CLICKS).toList();

        var placed = records.stream()
                .filter(record -> record.topic().equals("transactions"))
                .map(record -> (OrderPlaced)
                        Channels.TRANSACTIONS.value().deserializer().deserialize("", record.value()))
                .toList();
        var accepted = records.stream()
                .filter(record -> record.topic().equals("orders"))
                .map(record ->
                        (OrderAccepted) Channels.ORDERS.value().deserializer().deserialize("", record.value()))
                .toList();
        assertThat(placed)
                .hasSizeBetween(900, 1_100)
                .allMatch(order -> order.visitor().startsWith("v-"));
        assertThat(accepted)
                .extracting(OrderAccepted::causedBy)
                .containsExactlyElementsOf(
                        placed.stream().map(OrderPlaced::eventId).toList());
        assertThat(records).hasSize(CLICKS + placed.size() + accepted.size());
    }

    @Test
    void a_result_that_lacks_a_view_or_has_one_too_many_is_refused_with_a_sentence() {
        var backlog = backlog(new Extras(0.01, 0.01, 0));
        clicks(backlog);
        var right = backlog.views();
        var withRepeats = right + backlog.repeatedViews();
        var withLate = right + backlog.lateViews();

        AnalyticsContender.MILLRACE.check(right, backlog);
        AnalyticsContender.TEXTBOOK.check(withRepeats, backlog);
        AnalyticsContender.FLINK.check(right, backlog);
        AnalyticsContender.FLINK.check(withLate, backlog);

        assertThatThrownBy(() -> AnalyticsContender.MILLRACE.check(right - 1, backlog))
                .hasMessage("The result of millrace is wrong: it has %,d page views, and %,d were expected."
                        .formatted(right - 1, right));
        assertThatThrownBy(() -> AnalyticsContender.MILLRACE.check(right + 1, backlog))
                .isInstanceOf(BenchmarkException.class);
        assertThatThrownBy(() -> AnalyticsContender.TEXTBOOK.check(right, backlog))
                .hasMessageStartingWith("The result of textbook is wrong");
        assertThatThrownBy(() -> AnalyticsContender.FLINK.check(right - 1, backlog))
                .isInstanceOf(BenchmarkException.class);
        assertThatThrownBy(() -> AnalyticsContender.FLINK.check(withLate + 1, backlog))
                .isInstanceOf(BenchmarkException.class);
    }

    private static ClickBacklog backlog(Extras extras) {
        return new ClickBacklog(Shape.USUAL, extras, GRACE, CLICKS, name -> name);
    }

    private static List<ClickEvent> clicks(ClickBacklog backlog) {
        return backlog.next(CLICKS)
                .map(ProducerRecord::value)
                .map(value -> Channels.CLICKS.value().deserializer().deserialize("", value))
                .toList();
    }

    private static long views(List<ClickEvent> clicks) {
        return clicks.stream().filter(PageViewed.class::isInstance).count();
    }
}

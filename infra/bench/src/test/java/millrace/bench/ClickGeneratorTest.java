package millrace.bench;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import millrace.bench.ClickGenerator.Click;
import millrace.bench.ClickGenerator.Shape;
import millrace.events.Channels;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.CloudEvents;
import org.junit.jupiter.api.Test;

/** The clicks of the analytics benchmark. */
class ClickGeneratorTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
    private static final Shape SHAPE = new Shape(1_000, 300, 1_000);
    private static final int EVENTS = 50_000;

    private final List<Click> clicks = clicks(SHAPE);

    @Test
    void they_are_the_same_at_every_run() {
        assertThat(clicks(SHAPE)).isEqualTo(clicks);
        assertThat(clicks.stream().map(Click::id).distinct()).hasSize(EVENTS);
    }

    @Test
    void they_go_on_at_the_rate_of_their_own_time() {
        assertThat(clicks.getFirst().timestamp()).isEqualTo(NOON);
        assertThat(clicks.getLast().timestamp()).isEqualTo(NOON.plusMillis(EVENTS - 1));
        assertThat(new Shape(1, 1, 10).span(300_000)).isEqualTo(Duration.ofMinutes(500));
    }

    @Test
    void six_of_ten_are_page_views_and_few_pages_have_most_of_them() {
        var pages = clicks.stream()
                .map(ClickGeneratorTest::read)
                .filter(PageViewed.class::isInstance)
                .map(click -> ((PageViewed) click).path())
                .collect(groupingBy(page -> page, counting()));

        assertThat(pages.values().stream().mapToInt(Long::intValue).sum()).isBetween(29_000, 31_000);
        assertThat(pages).hasSize(300);
        assertThat(pages.get("/p/0")).isBetween(4_000L, 6_000L);
    }

    @Test
    void the_others_are_actions_of_a_shop() {
        assertThat(share("Product Viewed")).isBetween(0.27, 0.29);
        assertThat(share("Product Added")).isBetween(0.07, 0.09);
        assertThat(share("Checkout Started")).isBetween(0.03, 0.05);
        assertThat(share("campaign")).isBetween(0.17, 0.23);
    }

    @Test
    void they_are_as_large_as_those_of_a_browser() {
        var bytes = clicks.stream().mapToInt(click -> click.json().length()).sum();

        assertThat(bytes / EVENTS).isBetween(350, 460);
    }

    @Test
    void a_record_is_what_the_edge_writes() {
        var click = clicks.getFirst();

        var written = click.toRecord("clicks");

        assertThat(written.key()).isEqualTo(read(click).visitor());
        assertThat(read(click).messageId()).isEqualTo(CloudEvents.text(written.headers(), CloudEvents.ID));
        assertThat(read(click).timestamp()).hasToString(CloudEvents.text(written.headers(), CloudEvents.TIME));
        assertThat(CloudEvents.text(written.headers(), CloudEvents.TYPE)).isIn("clicks.page", "clicks.track");
    }

    private double share(String text) {
        return clicks.stream()
                        .filter(click -> click.json().contains("\"" + text + "\""))
                        .count()
                / (double) EVENTS;
    }

    private static ClickEvent read(Click click) {
        var value = click.toRecord("clicks").value();
        return Channels.CLICKS.value().deserializer().deserialize("clicks", value);
    }

    private static List<Click> clicks(Shape shape) {
        var generator = new ClickGenerator(shape, NOON);
        return Stream.generate(() -> generator.next(Duration.ZERO))
                .limit(EVENTS)
                .toList();
    }
}

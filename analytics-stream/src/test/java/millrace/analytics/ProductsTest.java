package millrace.analytics;

import static java.time.temporal.ChronoUnit.HOURS;
import static millrace.events.Channels.TOP_PRODUCTS;
import static millrace.events.Channels.TRENDING_PRODUCTS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import millrace.events.OrderLine;
import millrace.events.TopProducts.Product;
import millrace.events.TrendingProduct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProductsTest {
    private static final Instant NOON = Instant.parse("2015-05-17T12:00:00Z");
    private static final Duration QUARTER = Duration.ofMinutes(15);

    private final TopologyHarness job = new TopologyHarness();

    @AfterEach
    void close() {
        job.close();
    }

    @Test
    void products_are_ranked_by_what_was_viewed_carted_and_bought() {
        look("a", 2, NOON);
        look("b", 3, NOON);
        job.track("ann", "Product Added", "a", NOON);
        job.accept("o1", "France", NOON, new OrderLine("c", null, 4, 1));

        var hour = job.channel(TOP_PRODUCTS).get("2015-05-17T12:00:00Z");
        assertThat(hour.viewed()).containsExactly(new Product("b", 3), new Product("a", 2));
        assertThat(hour.carted()).containsExactly(new Product("a", 1));
        assertThat(hour.bought()).containsExactly(new Product("c", 4));
        assertThat(hour.settled()).isFalse();
    }

    @Test
    void a_ranking_is_settled_when_each_of_its_products_is() {
        look("a", 1, NOON);
        job.accept("o1", "France", NOON, new OrderLine("c", null, 4, 1));

        look("a", 1, NOON.plus(26, HOURS));
        assertThat(job.channel(TOP_PRODUCTS).get("2015-05-17T12:00:00Z").settled())
                .isFalse();

        job.accept("o2", "France", NOON.plus(26, HOURS), new OrderLine("c", null, 4, 1));
        assertThat(job.channel(TOP_PRODUCTS).get("2015-05-17T12:00:00Z").settled())
                .isTrue();
    }

    @Test
    void a_product_far_above_its_history_is_trending_until_it_is_not() {
        for (var quarter = 0; quarter < 8; quarter++) {
            look("a", 2, NOON.plus(QUARTER.multipliedBy(quarter)));
        }
        assertThat(job.channel(TRENDING_PRODUCTS)).isEmpty();

        var then = NOON.plus(QUARTER.multipliedBy(8));
        look("a", 12, then);
        assertThat(job.channel(TRENDING_PRODUCTS))
                .containsEntry("a", new TrendingProduct("a", then, then.plus(QUARTER), 12, 2, 7.07));

        look("a", 1, then.plus(QUARTER));
        assertThat(job.channel(TRENDING_PRODUCTS)).containsEntry("a", null);
    }

    @Test
    void a_product_without_history_is_not_trending() {
        look("a", 50, NOON);

        assertThat(job.channel(TRENDING_PRODUCTS)).isEmpty();
    }

    @Test
    void a_trend_ends_when_no_view_on_time_can_follow_in_its_quarter() {
        for (var quarter = 0; quarter < 8; quarter++) {
            look("a", 2, NOON.plus(QUARTER.multipliedBy(quarter)));
        }
        look("a", 12, NOON.plus(QUARTER.multipliedBy(8)));
        assertThat(job.channel(TRENDING_PRODUCTS)).containsKey("a").doesNotContainValue(null);

        look("b", 1, NOON.plus(QUARTER.multipliedBy(9)).plus(24, HOURS));

        assertThat(job.channel(TRENDING_PRODUCTS)).containsEntry("a", null);
    }

    @Test
    void a_product_whose_count_began_anew_makes_room_for_one_that_was_cut_off() {
        look("a", 3, NOON);
        look("b", 2, NOON);
        look("c", 1, NOON);
        job.pass(Duration.ofDays(20));
        job.acceptedLater(Duration.ofDays(20), () -> look("b", 1, NOON));
        job.acceptedLater(Duration.ofDays(20), () -> look("c", 1, NOON));
        job.pass(Duration.ofDays(11));
        job.acceptedLater(Duration.ofDays(31), () -> job.view("bob", "/", NOON));
        job.expire();

        job.acceptedLater(Duration.ofDays(31), () -> look("a", 1, NOON));

        assertThat(job.channel(TOP_PRODUCTS).get("2015-05-17T12:00:00Z").viewed())
                .containsExactly(new Product("b", 3), new Product("c", 2));
    }

    private void look(String product, int times, Instant time) {
        for (var look = 0; look < times; look++) {
            job.track("ann", "Product Viewed", product, time.plusMillis(look));
        }
    }
}

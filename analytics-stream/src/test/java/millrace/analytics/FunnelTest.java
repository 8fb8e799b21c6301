package millrace.analytics;

import static java.time.temporal.ChronoUnit.HOURS;
import static java.time.temporal.ChronoUnit.MINUTES;
import static millrace.events.Channels.ABANDONED_CARTS;
import static millrace.events.Channels.FUNNEL;
import static millrace.events.Channels.ORDER_ATTRIBUTION;
import static millrace.events.Channels.VISITS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import millrace.events.AbandonedCart;
import millrace.events.AbandonedCart.Item;
import millrace.events.ClickEvent.Campaign;
import millrace.events.ClickEvent.Context;
import millrace.events.Funnel;
import millrace.events.OrderAttribution.AttributedVisit;
import millrace.events.OrderLine;
import millrace.events.Visit;
import millrace.events.Visit.Device;
import millrace.events.Visit.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FunnelTest {
    private static final Instant NOON = Instant.parse("2015-05-17T12:00:00Z");
    private static final Campaign MAY = new Campaign("may", "mail", null);

    private final TopologyHarness job = new TopologyHarness();

    @AfterEach
    void close() {
        job.close();
    }

    @Test
    void a_visit_counts_at_every_step_up_to_the_furthest() {
        job.track("ann", "Product Viewed", "a", NOON);
        job.track("ann", "Checkout Started", null, NOON.plusSeconds(9));
        job.track("bob", "Product Added", "a", NOON);
        job.view("cleo", "/", NOON);

        assertThat(job.channel(FUNNEL).values())
                .containsExactly(Funnel.of(NOON, NOON.plus(1, HOURS), "none", 3, 2, 2, 1, 0));
    }

    @Test
    void an_order_takes_its_visit_to_the_last_step() {
        job.track("ann", "Product Added", "a", NOON);
        job.order("o1", "ann", NOON.plusSeconds(60));

        assertThat(job.channel(FUNNEL).values())
                .containsExactly(Funnel.of(NOON, NOON.plus(1, HOURS), "none", 1, 1, 1, 1, 1));
        assertThat(visits()).extracting(Visit::reached).containsExactly(Step.ORDER);
    }

    @Test
    void the_outcome_is_the_same_when_orders_are_read_first() {
        job.accept("o1", "France", NOON.plusSeconds(60), new OrderLine("a", null, 1, 100));
        job.place("o1", "ann", NOON.plusSeconds(60));
        job.track("ann", "Product Added", "a", NOON);

        assertThat(job.channel(FUNNEL).values())
                .containsExactly(Funnel.of(NOON, NOON.plus(1, HOURS), "none", 1, 1, 1, 1, 1));
        assertThat(job.channel(ORDER_ATTRIBUTION).get("o1").visit().start()).isEqualTo(NOON);
    }

    @Test
    void an_order_is_attributed_to_the_last_visit_that_began_before_it_without_limit() {
        var phone = new Context(null, "Mozilla/5.0 (iPhone) Mobile/15E148 Safari", MAY);
        job.land("ann", "/sale", "https://search.example/", phone, NOON);
        job.view("ann", "/", NOON.plus(5, HOURS));
        job.order("o1", "ann", NOON.plus(4, HOURS));

        var order = job.channel(ORDER_ATTRIBUTION).get("o1");
        assertThat(order.visit())
                .isEqualTo(new AttributedVisit(NOON, "shop", "/sale", "https://search.example/", MAY, Device.MOBILE));
        assertThat(order.totalMinor()).isEqualTo(100);
    }

    @Test
    void an_out_of_order_click_within_the_grace_changes_the_attribution() {
        job.view("ann", "/", NOON);
        job.view("ann", "/", NOON.plus(10, HOURS));
        job.order("o1", "ann", NOON.plus(4, HOURS));
        job.view("ann", "/deal", NOON.plus(3, HOURS));

        assertThat(job.channel(ORDER_ATTRIBUTION).get("o1").visit().entry()).isEqualTo("/deal");
    }

    @Test
    void an_order_of_an_unknown_visitor_has_no_visit() {
        job.order("o1", null, NOON);
        job.order("o2", "dora", NOON);

        assertThat(job.channel(ORDER_ATTRIBUTION))
                .hasSize(2)
                .allSatisfy((id, order) -> assertThat(order.visit()).isNull());
    }

    @Test
    void the_campaign_is_the_first_one_named_also_by_the_address() {
        job.land("ann", "/", null, new Context(null, null, MAY), NOON);
        job.land("ann", "/b", null, new Context(null, null, new Campaign("june", null, null)), NOON.plusSeconds(5));

        assertThat(job.channel(FUNNEL)).containsOnlyKeys("2015-05-17T12:00:00Z|may");
        assertThat(visits()).extracting(Visit::campaign).containsExactly(MAY);
    }

    @Test
    void a_cart_without_an_order_is_emitted_half_an_hour_after_its_last_change() {
        job.track("ann", "Product Added", "a", NOON);
        job.track("ann", "Product Added", "b", NOON.plusSeconds(60));
        job.track("ann", "Product Removed", "a", NOON.plusSeconds(60));
        job.view("bob", "/", NOON.plusSeconds(60).plus(30, MINUTES).minusMillis(1));
        assertThat(job.channel(ABANDONED_CARTS)).isEmpty();

        job.view("bob", "/", NOON.plusSeconds(60).plus(30, MINUTES));

        assertThat(job.records(ABANDONED_CARTS))
                .containsExactly(
                        new AbandonedCart(NOON, "shop", "ann", NOON.plusSeconds(60), List.of(new Item("b", 1))));
    }

    @Test
    void a_cart_is_withdrawn_when_the_order_comes_after_all() {
        job.track("ann", "Product Added", "a", NOON);
        job.view("bob", "/", NOON.plus(40, MINUTES));
        assertThat(job.channel(ABANDONED_CARTS)).hasSize(1).doesNotContainValue(null);

        job.order("o1", "ann", NOON.plus(35, MINUTES));

        assertThat(job.channel(ABANDONED_CARTS))
                .containsOnlyKeys("2015-05-17T12:00:00Z|shop|ann")
                .containsValue(null);
    }

    @Test
    void an_order_in_time_prevents_an_abandoned_cart() {
        job.track("ann", "Product Added", "a", NOON);
        job.order("o1", "ann", NOON.plus(5, MINUTES));
        assertThat(job.channel(ABANDONED_CARTS)).isEmpty();
        job.view("bob", "/", NOON.plus(2, HOURS));

        assertThat(job.channel(ABANDONED_CARTS)).isEmpty();
    }

    @Test
    void the_watermark_of_an_idle_source_advances() {
        job.track("ann", "Product Added", "a", NOON);
        job.pass(Duration.ofMinutes(29));
        assertThat(job.channel(ABANDONED_CARTS)).isEmpty();

        job.pass(Duration.ofMinutes(1).plusSeconds(5));

        assertThat(job.channel(ABANDONED_CARTS)).hasSize(1);
    }

    @Test
    void the_watermark_of_an_idle_source_advances_while_others_are_active() {
        job.track("ann", "Product Added", "a", NOON);
        job.acceptedLater(Duration.ofMinutes(29), () -> job.view("m9", "blog", "bob", "/", NOON));
        assertThat(job.channel(ABANDONED_CARTS)).isEmpty();

        job.acceptedLater(Duration.ofMinutes(30), () -> job.view("m10", "blog", "bob", "/", NOON));

        assertThat(job.channel(ABANDONED_CARTS)).hasSize(1);
    }

    @Test
    void a_visit_is_closed_after_the_gap_and_settled_after_the_grace() {
        job.view("ann", "/", NOON);
        job.view("bob", "/", NOON.plus(30, MINUTES));
        assertThat(visits()).filteredOn(visit -> visit.visitor().equals("ann")).allMatch(Visit::closed);

        job.view("bob", "/", NOON.plus(24, HOURS).plus(30, MINUTES));
        assertThat(visits()).filteredOn(visit -> visit.visitor().equals("ann")).allMatch(Visit::settled);
    }

    @Test
    void a_visit_is_settled_also_by_the_next_click_of_its_visitor() {
        job.view("ann", "/", NOON);
        job.view("ann", "/", NOON.plus(5, HOURS));
        job.view("ann", "/", NOON.plus(24, HOURS).plus(30, MINUTES));

        assertThat(visits()).extracting(Visit::settled).containsExactlyInAnyOrder(true, false, false);
    }

    @Test
    void a_closed_visit_can_still_be_prolonged_within_the_grace() {
        job.view("ann", "/", NOON);
        job.view("bob", "/", NOON.plus(20, HOURS));
        job.pass(Duration.ofSeconds(1));

        job.view("ann", "/late", NOON.plus(20, MINUTES));

        assertThat(visits())
                .filteredOn(visit -> visit.visitor().equals("ann"))
                .singleElement()
                .satisfies(visit -> {
                    assertThat(visit.views()).isEqualTo(2);
                    assertThat(visit.exit()).isEqualTo("/late");
                    assertThat(visit.bounce()).isFalse();
                });
    }

    @Test
    void no_cart_is_announced_by_the_wall_clock_while_records_are_unread() {
        job.fallBehind();
        job.track("ann", "Product Added", "a", NOON);
        job.pass(Duration.ofHours(2));
        assertThat(job.channel(ABANDONED_CARTS)).isEmpty();

        job.catchUp();
        job.pass(Duration.ofSeconds(1));

        assertThat(job.channel(ABANDONED_CARTS)).hasSize(1);
    }

    @Test
    void an_earlier_view_that_comes_after_the_notice_does_not_announce_the_cart_again() {
        job.track("ann", "Product Added", "a", NOON);
        job.view("bob", "/", NOON.plus(40, MINUTES));
        assertThat(job.channel(ABANDONED_CARTS)).hasSize(1);

        job.view("ann", "/", NOON.minus(5, MINUTES));

        assertThat(job.channel(ABANDONED_CARTS))
                .as("neither withdrawn nor announced again")
                .isEmpty();
    }

    @Test
    void an_order_that_comes_after_the_row_of_its_visit_has_expired_leaves_the_funnel_as_it_was() {
        for (var visitor : List.of("ann", "bob", "cleo", "dora")) {
            job.track(visitor, "Product Added", "a", NOON);
        }
        assertThat(job.channel(FUNNEL).values())
                .containsExactly(Funnel.of(NOON, NOON.plus(1, HOURS), "none", 4, 4, 4, 0, 0));
        for (var day = 10; day <= 40; day += 10) {
            var time = NOON.plus(Duration.ofDays(day));
            job.pass(Duration.ofDays(10));
            job.acceptedLater(Duration.ofDays(day), () -> job.view("ann", "/", time));
            job.expire();
        }
        job.channel(FUNNEL);

        job.order("o1", "ann", NOON.plusSeconds(60));

        assertThat(job.channel(FUNNEL)).doesNotContainKey("2015-05-17T12:00:00Z|none");
        assertThat(job.channel(ORDER_ATTRIBUTION).get("o1").visit().start()).isEqualTo(NOON);
    }

    @Test
    void an_order_whose_transaction_comes_twice_reaches_its_visitor_once() {
        job.accept("o1", "France", NOON, new OrderLine("a", null, 1, 100));
        job.place("o1", "ann", NOON);
        assertThat(job.joinedOrders()).containsExactly("ann");

        job.place("o1", "ann", NOON);

        assertThat(job.joinedOrders()).isEmpty();
    }

    private List<Visit> visits() {
        return job.channel(VISITS).values().stream().filter(Objects::nonNull).toList();
    }
}

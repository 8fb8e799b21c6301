package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import millrace.feed.SimulatedMessage.Disposition;
import org.junit.jupiter.api.Test;

/** Rules for funnel, attribution and abandoned carts in the expected results. */
class VisitorJourneysTest {
    private static final SimulationPlan PLAN =
            SimulationPlan.seeded(7, SimulationPlan.DEFAULT_STEP, 1, TrafficMix.DEFAULT);
    private static final Instant START = PLAN.time().apply(0);
    private static final Assortment.Product MUG = Assortment.PRODUCTS.getFirst();
    private static final String NONE = "none";

    private final SimulationOracle oracle = new SimulationOracle(PLAN);
    private final Shopper.Person ann = new Shopper.Person("ann", "", "France");
    private int events;

    @Test
    void a_visit_counts_at_every_step_up_to_the_furthest() {
        track("Checkout Started", FeedMessage.object(), 0);
        track("Product Viewed", MUG.properties(), 5);

        assertThat(oracle.aggregates().funnel()).isEqualTo(Map.of(NONE, new FunnelCounts(1, 1, 1, 1, 0)));
    }

    @Test
    void refunds_cancellations_and_identify_events_are_no_activity_of_a_visit() {
        order(0, 1);
        track("Order Cancelled", FeedMessage.object().put("order_id", "o1"), 1);
        send("identify", 5);

        assertThat(oracle.aggregates().funnel()).isEmpty();
        assertThat(oracle.aggregates().refundedMinor()).isEqualTo(MUG.priceMinor());
    }

    @Test
    void a_screen_is_a_visit() {
        send("screen", 5);

        assertThat(oracle.aggregates().visits()).isEqualTo(1);
    }

    @Test
    void the_campaign_is_that_of_the_earliest_click_that_names_one_in_any_order_of_sending() {
        land(Campaign.RUNNING.get(1), 20);
        view(0);
        land(Campaign.RUNNING.get(0), 10);

        assertThat(oracle.aggregates().funnel()).containsOnlyKeys("spring-sale");
    }

    @Test
    void an_order_half_an_hour_after_a_visit_is_its_last_step() {
        view(0);
        order(30, 1);

        assertThat(oracle.aggregates().funnel()).containsValue(new FunnelCounts(1, 1, 1, 1, 1));
    }

    @Test
    void an_order_later_than_that_is_attributed_and_is_no_step() {
        land(Campaign.RUNNING.get(0), 0);
        order(31, 1);

        assertThat(oracle.aggregates().funnel()).containsValue(new FunnelCounts(1, 0, 0, 0, 0));
        assertThat(oracle.aggregates().ordersPerCampaign()).isEqualTo(Map.of("spring-sale", 1L));
    }

    @Test
    void an_order_is_attributed_to_the_last_visit_that_began_before_it() {
        land(Campaign.RUNNING.get(0), 0);
        view(60);
        land(Campaign.RUNNING.get(1), 120);
        order(70, 1);

        assertThat(oracle.aggregates().ordersPerCampaign()).isEqualTo(Map.of(NONE, 1L));
        assertThat(oracle.aggregates().funnel()).containsEntry(NONE, new FunnelCounts(1, 1, 1, 1, 1));
    }

    @Test
    void a_rejected_order_is_attributed_to_no_visit() {
        view(0);
        order(5, 0);

        assertThat(oracle.aggregates().ordersPerCampaign()).isEmpty();
        assertThat(oracle.aggregates().funnel()).containsValue(new FunnelCounts(1, 0, 0, 0, 0));
    }

    @Test
    void a_cart_has_the_items_added_since_the_last_order() {
        put(3, 0);
        order(5, 1);
        put(2, 6);
        put(1, 7);
        view(68);

        assertThat(oracle.aggregates().cartsAbandoned()).isEqualTo(1);
        assertThat(oracle.aggregates().abandonedPerProduct()).isEqualTo(Map.of(MUG.id(), 3L));
        assertThat(oracle.aggregates().cartedPerProduct()).isEqualTo(Map.of(MUG.id(), 6L));
    }

    @Test
    void a_cart_changed_in_the_last_hour_is_not_counted() {
        put(1, 0);
        view(60);

        assertThat(oracle.aggregates().cartsAbandoned()).isZero();
    }

    private void view(int minute) {
        add(ann.view("" + ++events, at(minute), "/"));
    }

    private void land(Campaign campaign, int minute) {
        add(ann.land("" + ++events, at(minute), campaign));
    }

    private void track(String event, ObjectNode properties, int minute) {
        add(ann.track("" + ++events, at(minute), event, properties));
    }

    private void put(int mugs, int minute) {
        track("Product Added", new Purchase.Item(MUG, mugs).properties(), minute);
    }

    private void send(String type, int minute) {
        var message = ann.view("" + ++events, at(minute), "/");
        ((ObjectNode) message.body()).put("type", type);
        add(message);
    }

    private void order(int minute, int quantity) {
        var purchase = new Purchase("o" + ++events, ann, List.of(new Purchase.Item(MUG, quantity)));
        add(purchase.order("" + events, at(minute)));
    }

    private void add(FeedMessage message) {
        oracle.add(new SimulatedMessage(message, Disposition.ON_TIME));
    }

    private static Instant at(int minute) {
        return START.plus(Duration.ofMinutes(minute));
    }
}

package millrace.feed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** One simulated shopper with the actions of its current visit. */
final class Shopper {
    static final String HOME = "/";

    private static final List<String> COUNTRIES =
            List.of("United Kingdom", "United Kingdom", "United Kingdom", "Germany", "France", "EIRE", "Netherlands");

    private final Person person;
    private final Random random;
    private final Deque<Action> actions = new ArrayDeque<>();
    private final List<Purchase.Item> cart = new ArrayList<>();
    private Optional<Instant> lastSeen = Optional.empty();

    /**
     * @param visitor the browser's id
     * @param customer empty for a guest
     */
    record Person(String visitor, String customer, String country) {
        boolean isCustomer() {
            return !customer.isEmpty();
        }

        FeedMessage view(String id, Instant time, String path) {
            return identified(FeedMessage.page(id, visitor, time, path));
        }

        /** Returns the first page view of a visit that a campaign led to. */
        FeedMessage land(String id, Instant time, Campaign campaign) {
            var home = FeedMessage.object().put("path", HOME);
            return identified(FeedMessage.page(id, visitor, time, home, campaign.context()));
        }

        FeedMessage track(String id, Instant time, String event, ObjectNode properties) {
            return identified(FeedMessage.track(id, visitor, time, event, properties));
        }

        private FeedMessage identified(FeedMessage message) {
            return isCustomer() ? message.by(customer) : message;
        }
    }

    /** One action of a shopper. */
    sealed interface Action {
        record ViewPage(String path) implements Action {}

        record ArriveByCampaign(Campaign campaign) implements Action {}

        /** @param event name in the Segment ecommerce specification, as are the properties */
        record Track(String event, ObjectNode properties) implements Action {}

        /** Orders the content of the cart. */
        record PlaceOrder(List<Purchase.Item> cart) implements Action {}
    }

    Shopper(String visitor, Random random) {
        this.random = random;
        var customer = random.nextInt(5) < 2 ? "customer-of-" + visitor : "";
        person = new Person(visitor, customer, COUNTRIES.get(random.nextInt(COUNTRIES.size())));
        startVisit();
    }

    Person person() {
        return person;
    }

    /** Returns the time of the latest click that was sent on time. */
    Optional<Instant> lastSeen() {
        return lastSeen;
    }

    void seen(Instant time) {
        lastSeen = Optional.of(time);
    }

    boolean hasLeft() {
        return actions.isEmpty();
    }

    /** Returns the next action; must not be called after the shopper has left. */
    Action next() {
        return actions.removeFirst();
    }

    /** Plans the actions of one visit. */
    void startVisit() {
        cart.clear();
        if (random.nextInt(5) == 0) {
            actions.add(new Action.ArriveByCampaign(Campaign.RUNNING.get(random.nextInt(Campaign.RUNNING.size()))));
        } else {
            view(HOME);
        }
        for (var products = 1 + random.nextInt(4); products > 0; products--) {
            lookAt(Assortment.PRODUCTS.get(popular(Assortment.PRODUCTS.size())));
        }
        if (!cart.isEmpty()) {
            view("/cart");
            if (random.nextInt(3) > 0) {
                view("/checkout");
                track("Checkout Started", FeedMessage.object());
                actions.add(new Action.PlaceOrder(List.copyOf(cart)));
                view("/thank-you");
            }
        }
    }

    private void lookAt(Assortment.Product product) {
        if (random.nextBoolean()) {
            view("/category/" + product.category());
        }
        view("/product/" + product.id());
        track("Product Viewed", product.properties());
        if (random.nextInt(3) == 0) {
            var item = new Purchase.Item(product, 1 + random.nextInt(4));
            track("Product Added", item.properties());
            cart.add(item);
        }
    }

    private void view(String path) {
        actions.add(new Action.ViewPage(path));
    }

    private void track(String event, ObjectNode properties) {
        actions.add(new Action.Track(event, properties));
    }

    /** Returns a random index; lower ones are more likely. */
    private int popular(int size) {
        return Math.min(random.nextInt(size), random.nextInt(size));
    }
}

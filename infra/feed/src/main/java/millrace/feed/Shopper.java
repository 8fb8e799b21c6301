package millrace.feed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** One simulated shopper: who it is, what it is about to do, and when it was last seen. */
final class Shopper {
    static final String HOME = "/";

    private static final List<String> COUNTRIES =
            List.of("United Kingdom", "United Kingdom", "United Kingdom", "Germany", "France", "EIRE", "Netherlands");

    private final Person person;
    private final Random random;
    private final Deque<Act> acts = new ArrayDeque<>();
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

        Message view(String id, Instant time, String path) {
            return signed(Message.page(id, visitor, time, path));
        }

        /** The first view of a visit that an advertisement led to. */
        Message land(String id, Instant time, Campaign campaign) {
            var home = Message.object().put("path", HOME);
            return signed(Message.page(id, visitor, time, home, campaign.context()));
        }

        Message track(String id, Instant time, String event, ObjectNode properties) {
            return signed(Message.track(id, visitor, time, event, properties));
        }

        private Message signed(Message message) {
            return isCustomer() ? message.by(customer) : message;
        }
    }

    /** One thing that a shopper does. */
    sealed interface Act {
        record View(String path) implements Act {}

        record Land(Campaign campaign) implements Act {}

        /** @param event in the words of the Segment ecommerce specification, as the properties are */
        record Touch(String event, ObjectNode properties) implements Act {}

        /** Pays for what is in the cart. */
        record Buy(List<Purchase.Item> cart) implements Act {}
    }

    Shopper(String visitor, Random random) {
        this.random = random;
        var customer = random.nextInt(5) < 2 ? "customer-of-" + visitor : "";
        person = new Person(visitor, customer, COUNTRIES.get(random.nextInt(COUNTRIES.size())));
        comeIn();
    }

    Person person() {
        return person;
    }

    /** Time of the latest click of it that was sent in time. */
    Optional<Instant> lastSeen() {
        return lastSeen;
    }

    void seen(Instant time) {
        lastSeen = Optional.of(time);
    }

    boolean hasLeft() {
        return acts.isEmpty();
    }

    /** What it does next; only while it has not left. */
    Act next() {
        return acts.removeFirst();
    }

    /** Makes up its mind for one visit. */
    void comeIn() {
        cart.clear();
        if (random.nextInt(5) == 0) {
            acts.add(new Act.Land(Campaign.RUNNING.get(random.nextInt(Campaign.RUNNING.size()))));
        } else {
            view(HOME);
        }
        for (var looks = 1 + random.nextInt(4); looks > 0; looks--) {
            lookAt(Assortment.PRODUCTS.get(popular(Assortment.PRODUCTS.size())));
        }
        if (!cart.isEmpty()) {
            view("/cart");
            if (random.nextInt(3) > 0) {
                view("/checkout");
                touch("Checkout Started", Message.object());
                acts.add(new Act.Buy(List.copyOf(cart)));
                view("/thank-you");
            }
        }
    }

    private void lookAt(Assortment.Product product) {
        if (random.nextBoolean()) {
            view("/category/" + product.category());
        }
        view("/product/" + product.id());
        touch("Product Viewed", product.properties());
        if (random.nextInt(3) == 0) {
            var item = new Purchase.Item(product, 1 + random.nextInt(4));
            touch("Product Added", item.properties());
            cart.add(item);
        }
    }

    private void view(String path) {
        acts.add(new Act.View(path));
    }

    private void touch(String event, ObjectNode properties) {
        acts.add(new Act.Touch(event, properties));
    }

    /** The first of a list is chosen most often. */
    private int popular(int size) {
        return Math.min(random.nextInt(size), random.nextInt(size));
    }
}

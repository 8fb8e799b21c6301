package millrace.feed;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Function;
import millrace.feed.Planned.Fate;

/** The simulated shoppers, and what of all they do is sent next: a pure function of the plan. */
final class Crowd {
    /** So many are in the shop at any time; so many of those who left may come back. */
    private static final int PRESENT = 40;

    private static final int MAY_RETURN = 200;

    /** What is sent again or out of order is so many events behind at most; what comes of an order, twice as many. */
    private static final int DELAY = 200;

    /** Nothing is sent more events after it was planned, or after the order that it belongs to. */
    static final int LONGEST_DELAY = 5 * DELAY;

    /** Far behind any grace: the partition's clock is at least where this shopper was last seen. */
    private static final Duration LATE_BY = Duration.ofDays(3);

    private final Plan plan;
    private final Random random;
    private final Faults faults;
    private final List<Shopper> present = new ArrayList<>();
    private final Deque<Shopper> gone = new ArrayDeque<>();
    private final PriorityQueue<Later> later = new PriorityQueue<>();
    private long sent;
    private long events;
    private long visitors;
    private long delayed;

    Crowd(Plan plan) {
        this.plan = plan;
        random = new Random(plan.seed());
        faults = new Faults("visitor-" + plan.name() + "-0");
        while (present.size() < PRESENT) {
            present.add(newcomer());
        }
    }

    /** The next message in the order of sending. */
    Planned next() {
        var now = plan.time().apply(sent++);
        var planned = isDue() ? later.poll().event().apply(now) : fresh(now);
        if (planned.counts() && chance(plan.mix().duplicates())) {
            inAWhile(DELAY, then -> planned.again());
        }
        return planned;
    }

    private boolean isDue() {
        return !later.isEmpty() && later.peek().due() <= sent;
    }

    private Planned fresh(Instant now) {
        while (true) {
            var shopper = someone();
            if (chance(plan.mix().malformed())) {
                return new Planned(faults.next(eventId(), now), Fate.MALFORMED);
            }
            if (chance(plan.mix().late()) && shopper.lastSeen().isPresent()) {
                var past = shopper.lastSeen().get().minus(LATE_BY);
                return new Planned(shopper.person().view(eventId(), past, Shopper.HOME), Fate.LATE);
            }
            var message = act(shopper, now);
            if (message.kind() == Message.Kind.ORDER) {
                return new Planned(message, Fate.ON_TIME);
            }
            if (!chance(plan.mix().outOfOrder())) {
                shopper.seen(now);
                return new Planned(message, Fate.ON_TIME);
            }
            inAWhile(DELAY, then -> new Planned(message, Fate.OUT_OF_ORDER));
        }
    }

    private Message act(Shopper shopper, Instant now) {
        return switch (shopper.next()) {
            case Shopper.Act.View view -> shopper.person().view(eventId(), now, view.path());
            case Shopper.Act.Land land -> shopper.person().land(eventId(), now, land.campaign());
            case Shopper.Act.Touch touch -> shopper.person().track(eventId(), now, touch.event(), touch.properties());
            case Shopper.Act.Buy buy -> buy(shopper.person(), buy.cart(), now);
        };
    }

    private Message buy(Shopper.Person person, List<Purchase.Item> cart, Instant now) {
        var id = eventId();
        var items = new ArrayList<>(cart);
        if (random.nextInt(20) == 0) {
            items.add(new Purchase.Item(cart.getFirst().product(), -random.nextInt(3)));
        }
        var purchase = new Purchase("order-" + id, person, items);
        if (purchase.isAcceptable()) {
            regret(purchase);
        }
        return purchase.order(id, now);
    }

    /** Of a hundred orders 8 are paid back in part and 5 in full, for 2 more is asked than they cost, 5 are cancelled. */
    private void regret(Purchase purchase) {
        var total = purchase.totalMinor();
        var dice = random.nextInt(100);
        if (dice < 8) {
            refund(purchase, total / 2);
        } else if (dice < 13) {
            refund(purchase, total);
        } else if (dice < 15) {
            refund(purchase, total + 100);
        } else if (dice < 20) {
            inAWhile(2 * DELAY, then -> new Planned(purchase.cancellation(eventId(), then), Fate.ON_TIME));
        }
    }

    private void refund(Purchase purchase, long amountMinor) {
        inAWhile(2 * DELAY, then -> new Planned(purchase.refund(eventId(), then, amountMinor), Fate.ON_TIME));
    }

    /** Who has left makes room for somebody new, or for whoever was away longest. */
    private Shopper someone() {
        var place = random.nextInt(PRESENT);
        if (present.get(place).hasLeft()) {
            gone.addLast(present.get(place));
            present.set(place, arrival());
        }
        return present.get(place);
    }

    private Shopper arrival() {
        if (gone.size() > MAY_RETURN || random.nextInt(3) == 0) {
            var returning = gone.removeFirst();
            returning.comeIn();
            return returning;
        }
        return newcomer();
    }

    private Shopper newcomer() {
        return new Shopper("visitor-%s-%d".formatted(plan.name(), ++visitors), random);
    }

    private String eventId() {
        return plan.name() + "-" + ++events;
    }

    private boolean chance(double percent) {
        return random.nextDouble() * 100 < percent;
    }

    private void inAWhile(int atMost, Function<Instant, Planned> event) {
        later.add(new Later(sent + 1 + random.nextInt(atMost), ++delayed, event));
    }

    private record Later(long due, long number, Function<Instant, Planned> event) implements Comparable<Later> {
        @Override
        public int compareTo(Later other) {
            return Comparator.comparingLong(Later::due)
                    .thenComparingLong(Later::number)
                    .compare(this, other);
        }
    }
}

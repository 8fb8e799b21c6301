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
import millrace.feed.SimulatedMessage.Disposition;

/**
 * Simulates shoppers and returns their messages in the order of sending. The sequence is a pure function of the plan.
 */
final class ShopperSimulation {
    /** Shoppers in the shop at any time. */
    private static final int PRESENT = 40;

    private static final int MAX_RETURNING = 200;

    /**
     * Duplicates and out-of-order events are at most this many events behind; refunds and cancellations at most twice
     * as many.
     */
    private static final int DELAY = 200;

    /**
     * Maximum distance, in events, between an event and the time it is sent, or between an order and its refund or
     * cancellation.
     */
    static final int MAX_DELAY = 5 * DELAY;

    /**
     * Beyond every allowed lateness: the watermark of the partition is at least at the time of the last event of this
     * shopper.
     */
    private static final Duration LATENESS = Duration.ofDays(3);

    private final SimulationPlan plan;
    private final Random random;
    private final MalformedMessages faults;
    private final List<Shopper> present = new ArrayList<>();
    private final Deque<Shopper> departed = new ArrayDeque<>();
    private final PriorityQueue<Scheduled> scheduled = new PriorityQueue<>();
    private long sent;
    private long events;
    private long visitors;
    private long delayed;

    ShopperSimulation(SimulationPlan plan) {
        this.plan = plan;
        random = new Random(plan.seed());
        faults = new MalformedMessages("visitor-" + plan.name() + "-0");
        while (present.size() < PRESENT) {
            present.add(newShopper());
        }
    }

    /** Returns the next message in the order of sending. */
    SimulatedMessage next() {
        var now = plan.time().apply(sent++);
        var simulated = isDue() ? scheduled.poll().event().apply(now) : nextAction(now);
        if (simulated.counts() && chance(plan.mix().duplicates())) {
            schedule(DELAY, then -> simulated.asDuplicate());
        }
        return simulated;
    }

    private boolean isDue() {
        return !scheduled.isEmpty() && scheduled.peek().due() <= sent;
    }

    private SimulatedMessage nextAction(Instant now) {
        while (true) {
            var shopper = nextShopper();
            if (chance(plan.mix().malformed())) {
                return new SimulatedMessage(faults.next(eventId(), now), Disposition.MALFORMED);
            }
            if (chance(plan.mix().late()) && shopper.lastSeen().isPresent()) {
                var past = shopper.lastSeen().get().minus(LATENESS);
                return new SimulatedMessage(shopper.person().view(eventId(), past, Shopper.HOME), Disposition.LATE);
            }
            var message = perform(shopper, now);
            if (message.kind() == FeedMessage.Kind.ORDER) {
                return new SimulatedMessage(message, Disposition.ON_TIME);
            }
            if (!chance(plan.mix().outOfOrder())) {
                shopper.seen(now);
                return new SimulatedMessage(message, Disposition.ON_TIME);
            }
            schedule(DELAY, then -> new SimulatedMessage(message, Disposition.OUT_OF_ORDER));
        }
    }

    private FeedMessage perform(Shopper shopper, Instant now) {
        return switch (shopper.next()) {
            case Shopper.Action.ViewPage view -> shopper.person().view(eventId(), now, view.path());
            case Shopper.Action.ArriveByCampaign land -> shopper.person().land(eventId(), now, land.campaign());
            case Shopper.Action.Track track ->
                shopper.person().track(eventId(), now, track.event(), track.properties());
            case Shopper.Action.PlaceOrder order -> placeOrder(shopper.person(), order.cart(), now);
        };
    }

    private FeedMessage placeOrder(Shopper.Person person, List<Purchase.Item> cart, Instant now) {
        var id = eventId();
        var items = new ArrayList<>(cart);
        if (random.nextInt(20) == 0) {
            items.add(new Purchase.Item(cart.getFirst().product(), -random.nextInt(3)));
        }
        var purchase = new Purchase("order-" + id, person, items);
        if (purchase.isAcceptable()) {
            scheduleRefundOrCancellation(purchase);
        }
        return purchase.order(id, now);
    }

    /**
     * Schedules what follows an order: of 100 orders, 8 are refunded in part and 5 in full, 2 get a refund that exceeds
     * their total, 5 are cancelled, 80 get nothing.
     */
    private void scheduleRefundOrCancellation(Purchase purchase) {
        var total = purchase.totalMinor();
        var roll = random.nextInt(100);
        if (roll < 8) {
            refund(purchase, total / 2);
        } else if (roll < 13) {
            refund(purchase, total);
        } else if (roll < 15) {
            refund(purchase, total + 100);
        } else if (roll < 20) {
            schedule(
                    2 * DELAY,
                    then -> new SimulatedMessage(purchase.cancellation(eventId(), then), Disposition.ON_TIME));
        }
    }

    private void refund(Purchase purchase, long amountMinor) {
        schedule(
                2 * DELAY,
                then -> new SimulatedMessage(purchase.refund(eventId(), then, amountMinor), Disposition.ON_TIME));
    }

    /** Picks a random shopper; one that has left is replaced by a new one or by the one that left first. */
    private Shopper nextShopper() {
        var place = random.nextInt(PRESENT);
        if (present.get(place).hasLeft()) {
            departed.addLast(present.get(place));
            present.set(place, returningOrNewShopper());
        }
        return present.get(place);
    }

    private Shopper returningOrNewShopper() {
        if (departed.size() > MAX_RETURNING || random.nextInt(3) == 0) {
            var returning = departed.removeFirst();
            returning.startVisit();
            return returning;
        }
        return newShopper();
    }

    private Shopper newShopper() {
        return new Shopper("visitor-%s-%d".formatted(plan.name(), ++visitors), random);
    }

    private String eventId() {
        return plan.name() + "-" + ++events;
    }

    private boolean chance(double percent) {
        return random.nextDouble() * 100 < percent;
    }

    private void schedule(int atMost, Function<Instant, SimulatedMessage> event) {
        scheduled.add(new Scheduled(sent + 1 + random.nextInt(atMost), ++delayed, event));
    }

    private record Scheduled(long due, long number, Function<Instant, SimulatedMessage> event)
            implements Comparable<Scheduled> {
        @Override
        public int compareTo(Scheduled other) {
            return Comparator.comparingLong(Scheduled::due)
                    .thenComparingLong(Scheduled::number)
                    .compare(this, other);
        }
    }
}

package millrace.analytics.visit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import millrace.analytics.visit.Deed.Ordered;

/**
 * What is remembered of a visitor. What was done long before is in a row of its own, which most clicks need not read.
 *
 * @param paces source → how far it had come when this visitor was last looked at
 * @param stays no two of a source within the gap of each other
 * @param pastUntil latest time of what is in the other row
 * @param lastOrder time of the latest order
 */
record Visitor(Map<String, Pace> paces, List<Stay> stays, List<Ordered> orders, long pastUntil, long lastOrder) {
    static final long NO_PAST = Long.MIN_VALUE;
    static final Visitor UNKNOWN = new Visitor(Map.of(), List.of(), List.of(), NO_PAST, NO_PAST);

    /** More than a person has in a month: of a robot the earliest are forgotten. */
    private static final int MOST = 50;

    /** @param due when to look again, by the source's clock; {@link #NEVER} */
    record Pace(long clock, long due) {
        static final long NEVER = Long.MAX_VALUE;
        static final Pace NONE = new Pace(Long.MIN_VALUE, NEVER);
    }

    Pace pace(String source) {
        return paces.getOrDefault(source, Pace.NONE);
    }

    Visitor at(String source, Pace pace) {
        var changed = new TreeMap<>(paces);
        changed.put(source, pace);
        return new Visitor(changed, stays, orders, pastUntil, lastOrder);
    }

    /** With one more click: it may begin a visit, prolong one at either end, or be the missing piece between two. */
    Visitor with(Stay click, long gap) {
        var all = new ArrayList<Stay>();
        var joined = click;
        for (var stay : stays) {
            if (stay.touches(click, gap)) {
                joined = stay.with(joined);
            } else {
                all.add(stay);
            }
        }
        all.add(joined);
        return new Visitor(paces, all, orders, pastUntil, lastOrder);
    }

    /** With one more order; one that is known already is the same. */
    Visitor with(Ordered order) {
        var all = new ArrayList<>(orders);
        all.removeIf(known -> known.orderId().equals(order.orderId()));
        all.add(order);
        var at = order.timestamp().toEpochMilli();
        return new Visitor(paces, stays, all, pastUntil, Math.max(lastOrder, at));
    }

    /** With what is in the other row. */
    Visitor and(Visitor past) {
        return new Visitor(paces, both(past.stays, stays), both(past.orders, orders), NO_PAST, lastOrder);
    }

    /** The two rows; without the other where nothing has to move. */
    record Split(Visitor recent, Optional<Visitor> past) {}

    /** An order goes with the visit that led to it. */
    Split split(List<Stay> recentStays) {
        var oldStays = new ArrayList<>(stays);
        oldStays.removeAll(recentStays);
        var recentOrders = orders.stream()
                .filter(order -> recentStays.contains(Outcome.leadingTo(order, stays)))
                .toList();
        var oldOrders = new ArrayList<>(orders);
        oldOrders.removeAll(recentOrders);
        if (oldStays.isEmpty() && oldOrders.isEmpty()) {
            return new Split(this, Optional.empty());
        }
        var until = Stream.concat(
                        oldStays.stream().map(Stay::end),
                        oldOrders.stream().map(order -> order.timestamp().toEpochMilli()))
                .reduce(pastUntil, Math::max);
        return new Split(
                new Visitor(paces, recentStays, recentOrders, until, lastOrder),
                Optional.of(new Visitor(Map.of(), oldStays, oldOrders, NO_PAST, NO_PAST)));
    }

    /** The latest of each. */
    Visitor asPast() {
        var lastStays = latest(stays, Comparator.comparing(Stay::start));
        return new Visitor(
                Map.of(), lastStays, latest(orders, Comparator.comparing(Ordered::timestamp)), NO_PAST, NO_PAST);
    }

    private static <T> List<T> latest(List<T> all, Comparator<T> order) {
        return all.stream().sorted(order).skip(Math.max(0, all.size() - MOST)).toList();
    }

    private static <T> List<T> both(List<T> one, List<T> other) {
        var all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }
}

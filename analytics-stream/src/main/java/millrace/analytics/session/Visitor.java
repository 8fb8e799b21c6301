package millrace.analytics.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The activities of a visitor. Those of long before are in a row of their own, which most clicks need not read.
 *
 * @param paces source → how far it had come when this visitor was last looked at
 * @param sessions no two of a source within the gap of each other
 * @param pastUntil latest time of what is in the other row
 * @param lastOrder time of the latest order
 */
record Visitor(
        Map<String, Pace> paces, List<Session> sessions, List<VisitorOrder> orders, long pastUntil, long lastOrder) {
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
        return new Visitor(with(source, pace), sessions, orders, pastUntil, lastOrder);
    }

    /** Nearly all visitors have one source. */
    private Map<String, Pace> with(String source, Pace pace) {
        if (paces.isEmpty() || (paces.size() == 1 && paces.containsKey(source))) {
            return Map.of(source, pace);
        }
        var changed = new TreeMap<>(paces);
        changed.put(source, pace);
        return changed;
    }

    /** With one more click: it may begin a visit, prolong one at either end, or be the missing piece between two. */
    Visitor with(Session click, long gap) {
        var all = new ArrayList<Session>();
        var joined = click;
        for (var session : sessions) {
            if (session.touches(click, gap)) {
                joined = session.with(joined);
            } else {
                all.add(session);
            }
        }
        all.add(joined);
        return new Visitor(paces, List.copyOf(all), orders, pastUntil, lastOrder);
    }

    /** With one more order; one that is known already is the same. */
    Visitor with(VisitorOrder order) {
        var all = new ArrayList<>(orders);
        all.removeIf(known -> known.orderId().equals(order.orderId()));
        all.add(order);
        var at = order.timestamp().toEpochMilli();
        return new Visitor(paces, sessions, all, pastUntil, Math.max(lastOrder, at));
    }

    /** With what is in the other row. */
    Visitor and(Visitor past) {
        return new Visitor(paces, both(past.sessions, sessions), both(past.orders, orders), NO_PAST, lastOrder);
    }

    /** The two rows; without the other where nothing has to move. */
    record Split(Visitor recent, Optional<Visitor> past) {}

    /** An order goes with the visit that led to it. */
    Split split(List<Session> recentSessions) {
        var oldSessions = new ArrayList<>(sessions);
        oldSessions.removeAll(recentSessions);
        var recentOrders = orders.stream()
                .filter(order -> recentSessions.contains(VisitorProjection.leadingTo(order, sessions)))
                .toList();
        var oldOrders = new ArrayList<>(orders);
        oldOrders.removeAll(recentOrders);
        if (oldSessions.isEmpty() && oldOrders.isEmpty()) {
            return new Split(this, Optional.empty());
        }
        var until = Stream.concat(
                        oldSessions.stream().map(Session::end),
                        oldOrders.stream().map(order -> order.timestamp().toEpochMilli()))
                .reduce(pastUntil, Math::max);
        return new Split(
                new Visitor(paces, recentSessions, recentOrders, until, lastOrder),
                Optional.of(new Visitor(Map.of(), oldSessions, oldOrders, NO_PAST, NO_PAST)));
    }

    /** The latest of each. */
    Visitor asPast() {
        var lastSessions = latest(sessions, Comparator.comparing(Session::start));
        return new Visitor(
                Map.of(),
                lastSessions,
                latest(orders, Comparator.comparing(VisitorOrder::timestamp)),
                NO_PAST,
                NO_PAST);
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

package millrace.analytics.session;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import millrace.analytics.engine.StateTable;
import millrace.analytics.session.Visitor.Pace;

/**
 * When each visitor has to be looked at again, by the watermark of a source: at the end of the gap, of the allowed lateness,
 * and of the patience for a cart. One entry a visitor and source, for the earliest; when that time has come the next is looked
 * for.
 */
final class SessionTimers {
    /** So many at once; the others a second later. */
    private static final int MOST = 2_000;

    private static final char END = '\0';

    private final StateTable<byte[]> entries;

    SessionTimers(StateTable<byte[]> entries) {
        this.entries = entries;
    }

    /** Takes out who is due by then. */
    List<String> until(String source, long watermark) {
        var names = new ArrayList<String>();
        for (var row : entries.range(source + END, source + END + sortable(watermark) + '~', MOST)) {
            names.add(row.key().substring(row.key().indexOf(END, source.length() + 1) + 1));
            entries.delete(row.key());
        }
        return names;
    }

    /** Sees to it that the visitor is looked at again in time. */
    Visitor arm(String name, Visitor visitor, SessionRules rules, long now) {
        var armed = visitor;
        for (var pace : visitor.paces().entrySet()) {
            var next = next(pace.getKey(), pace.getValue().clock(), visitor, rules);
            if (next < pace.getValue().due()) {
                entries.put(pace.getKey() + END + sortable(next) + END + name, new byte[0], now);
                armed = armed.at(pace.getKey(), new Pace(pace.getValue().clock(), next));
            }
        }
        return armed;
    }

    private static long next(String source, long clock, Visitor visitor, SessionRules rules) {
        var next = Pace.NEVER;
        for (var session : visitor.sessions()) {
            if (session.source().equals(source)) {
                var over = session.end() + rules.visitGap().toMillis();
                next = earlier(next, over, clock);
                next = earlier(next, over + rules.allowedLateness().toMillis(), clock);
                if (!session.changes().isEmpty()) {
                    var patience = rules.cartPatience().toMillis();
                    var left = Cart.of(session, visitor.lastOrder()).map(cart -> cart.changedAt() + patience);
                    next = earlier(next, left.orElse(Pace.NEVER), clock);
                }
            }
        }
        return next;
    }

    private static long earlier(long next, long time, long clock) {
        return time > clock ? Math.min(next, time) : next;
    }

    /** Text that sorts like the time, also before 1970. */
    private static String sortable(long time) {
        return HexFormat.of().toHexDigits(time ^ Long.MIN_VALUE);
    }
}

package millrace.analytics.visit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.InternalFormat;
import millrace.analytics.visit.Visitor.Pace;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * When each visitor has to be looked at again, by the clock of a source: at the end of the gap, of the grace, and of the
 * patience for a cart. One entry a visitor and source, for the earliest; when that time has come it is looked for the
 * next.
 */
final class Due {
    static final String STORE = "visitors-due";

    /** By the wall clock, which decides nothing. */
    static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** So many at once; the others a second later. */
    private static final int MOST = 2_000;

    private static final char END = '\0';

    private final KeyValueStore<String, byte[]> entries;

    Due(KeyValueStore<String, byte[]> entries) {
        this.entries = entries;
    }

    static StoreBuilder<?> store() {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(STORE), Serdes.String(), InternalFormat.of(Serdes.ByteArray()));
    }

    /** Takes out who is due by then. */
    List<String> until(String source, long clock) {
        var names = new ArrayList<String>();
        var last = source + END + sortable(clock) + '~';
        try (var due = entries.range(source + END, last)) {
            while (due.hasNext() && names.size() < MOST) {
                var key = due.next().key;
                names.add(key.substring(key.indexOf(END, source.length() + 1) + 1));
                entries.delete(key);
            }
        }
        return names;
    }

    /** Sees to it that the visitor is looked at again in time. */
    Visitor arm(String name, Visitor visitor, AnalyticsConfig config) {
        var armed = visitor;
        for (var pace : visitor.paces().entrySet()) {
            var next = next(pace.getKey(), pace.getValue().clock(), visitor, config);
            if (next < pace.getValue().due()) {
                entries.put(pace.getKey() + END + sortable(next) + END + name, new byte[0]);
                armed = armed.at(pace.getKey(), new Pace(pace.getValue().clock(), next));
            }
        }
        return armed;
    }

    private static long next(String source, long clock, Visitor visitor, AnalyticsConfig config) {
        var next = Pace.NEVER;
        for (var stay : visitor.stays()) {
            if (stay.source().equals(source)) {
                var over = stay.end() + config.visitGap().toMillis();
                next = earlier(next, over, clock);
                next = earlier(next, over + config.grace().toMillis(), clock);
                if (!stay.changes().isEmpty()) {
                    var patience = config.cartPatience().toMillis();
                    var left = Cart.of(stay, visitor.lastOrder()).map(cart -> cart.changedAt() + patience);
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

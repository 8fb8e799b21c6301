package millrace.analytics.session;

import java.util.List;
import java.util.function.ObjLongConsumer;
import millrace.analytics.engine.Count;
import millrace.analytics.engine.ReadUntil;
import millrace.analytics.engine.SourceWatermarks;
import millrace.analytics.engine.StateTable;
import millrace.analytics.engine.TableSpec;
import millrace.analytics.engine.TableSpec.Emission;
import millrace.analytics.engine.Window;
import millrace.analytics.session.Visitor.Pace;
import millrace.events.AbandonedCart;
import millrace.events.ClickEvent;
import millrace.events.Json;
import millrace.events.OrderAttribution;
import millrace.events.Visit;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Remembers what each visitor did, and updates visits, carts, attributed orders and the funnel with each click and order, and
 * when the watermark of a source has come past the end of a visit or the patience for a cart.
 */
public final class Sessionizer {
    /** Start with milliseconds, source and visitor → visit. */
    public static final TableSpec<Visit> VISITS = TableSpec.of('x', "visits", Json.serde(Visit.class), 10_000)
            .emitting(Emission.ROWS)
            .withoutValues();

    /** Order id → order with the visit that led to it. */
    public static final TableSpec<OrderAttribution> ORDERS = TableSpec.of(
                    'a', "attributed-orders", Json.serde(OrderAttribution.class), 1_000)
            .emitting(Emission.ROWS);

    /** Key of the channel → cart. */
    public static final TableSpec<AbandonedCart> CARTS =
            TableSpec.of('c', "carts", Json.serde(AbandonedCart.class), 1_000).emitting(Emission.ROWS);

    private static final TableSpec<Visitor> RECENT = TableSpec.of('v', "visitors", VisitorSerde.SERDE, 10_000);
    private static final TableSpec<Visitor> PAST = TableSpec.of('V', "past-of-visitors", VisitorSerde.SERDE, 1_000);
    private static final TableSpec<byte[]> TIMERS = TableSpec.of('d', "timers", Serdes.ByteArray(), 1_000);

    private final Tables tables;
    private final SourceWatermarks watermarks;
    private final SessionRules rules;
    private final ObjLongConsumer<Count> funnel;
    private final long gap;
    private final VisitorStore visitors;
    private final SessionTimers timers;

    /** The tables of a task that this class needs. */
    public record Tables(
            StateTable<Visit> visits,
            StateTable<OrderAttribution> orders,
            StateTable<AbandonedCart> carts,
            StateTable<Visitor> recent,
            StateTable<Visitor> past,
            StateTable<byte[]> timers) {
        public static Tables of(TableSource source) {
            return new Tables(
                    source.table(VISITS),
                    source.table(ORDERS),
                    source.table(CARTS),
                    source.table(RECENT),
                    source.table(PAST),
                    source.table(TIMERS));
        }

        /** Tables whose rows expire. */
        public List<StateTable<?>> expiring() {
            return List.of(visits, orders, carts, recent, past);
        }
    }

    /** Returns tables of a task. */
    public interface TableSource {
        <V> StateTable<V> table(TableSpec<V> spec);
    }

    /** @param funnel takes visits that have moved from one step to another, with the time of the change */
    public Sessionizer(Tables tables, SourceWatermarks watermarks, SessionRules rules, ObjLongConsumer<Count> funnel) {
        this.tables = tables;
        this.watermarks = watermarks;
        this.rules = rules;
        this.funnel = funnel;
        gap = rules.visitGap().toMillis();
        visitors = new VisitorStore(tables.recent, tables.past, gap);
        timers = new SessionTimers(tables.timers);
    }

    public void clicked(String visitor, ClickEvent event, long now) {
        Session.of(event).ifPresent(click -> {
            var recent = visitors.of(visitor, click.start() - gap);
            var pace = recent.pace(click.source());
            var clock = Math.max(pace.clock(), watermarks.time(click.source()));
            // What is due has to be updated before the clock goes past it, also where it is of long ago.
            var before = clock < pace.due() ? recent : visitors.of(visitor, VisitorStore.EVERYTHING);
            change(visitor, before, before.with(click, gap).at(click.source(), new Pace(clock, pace.due())), now);
        });
    }

    public void ordered(String visitor, VisitorOrder order, long now) {
        if (order.visitor() == null) {
            tables.orders.put(order.orderId(), ChannelRows.attribution(order, null), now);
            return;
        }
        var before = visitors.of(visitor, VisitorStore.EVERYTHING);
        change(visitor, before, before.with(order), now);
    }

    /**
     * Updates the visitors for whom a time has come.
     *
     * @param readUntil until when the channel is read
     */
    public void lookAgain(ReadUntil readUntil, long now) {
        watermarks.withIdleness(
                readUntil,
                (source, watermark) -> timers.until(source, watermark).forEach(visitor -> {
                    var before = visitors.of(visitor, VisitorStore.EVERYTHING);
                    var clock = Math.max(watermark, before.pace(source).clock());
                    change(visitor, before, before.at(source, new Pace(clock, Pace.NEVER)), now);
                }));
    }

    private void change(String name, Visitor before, Visitor after, long now) {
        var updates = new VisitUpdates() {
            @Override
            public void visit(String key, Visit visit) {
                set(tables.visits, Window.withMillis(key), visit, now);
            }

            @Override
            public void cart(String key, AbandonedCart cart) {
                set(tables.carts, key, cart, now);
            }

            @Override
            public void order(OrderAttribution order) {
                tables.orders.put(order.orderId(), order, now);
            }

            @Override
            public void funnel(Count count) {
                funnel.accept(count, now);
            }
        };
        new ProjectionDifference(name, updates)
                .between(VisitorProjection.of(before, rules), VisitorProjection.of(after, rules));
        visitors.keep(name, timers.arm(name, after, rules, now), now);
    }

    private static <V> void set(StateTable<V> table, String key, V value, long now) {
        if (value == null) {
            table.delete(key);
        } else {
            table.put(key, value, now);
        }
    }
}

package millrace.events;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * All channels with their types; the rest of their contract is in {@code channels.yaml}, and a test fails if the two
 * differ.
 */
public final class Channels {
    private static final List<Channel<?, ?>> DECLARED = new ArrayList<>();

    public static final Channel<String, ClickEvent> CLICKS = declared("clicks", ClickEventReader.serde());
    public static final Channel<String, TransactionEvent> TRANSACTIONS = json("transactions", TransactionEvent.class);
    public static final Channel<String, EventRejected> REJECTED_EVENTS = json("rejected-events", EventRejected.class);
    public static final Channel<String, OrderEvent> ORDERS = json("orders", OrderEvent.class);
    public static final Channel<String, OrderState> ORDER_STATE = json("order-state", OrderState.class);
    public static final Channel<String, byte[]> TRANSACTIONS_DLQ = bytes("transactions-dlq");
    public static final Channel<String, PageViews> PAGE_VIEWS = json("page-views-per-minute", PageViews.class);
    public static final Channel<String, Visit> VISITS = json("visits", Visit.class);
    public static final Channel<String, Funnel> FUNNEL = json("funnel-per-hour", Funnel.class);
    public static final Channel<String, Revenue> REVENUE = json("revenue-per-minute", Revenue.class);
    public static final Channel<String, TopProducts> TOP_PRODUCTS = json("top-products", TopProducts.class);
    public static final Channel<String, TrendingProduct> TRENDING_PRODUCTS =
            json("trending-products", TrendingProduct.class);
    public static final Channel<String, AbandonedCart> ABANDONED_CARTS = json("abandoned-carts", AbandonedCart.class);
    public static final Channel<String, OrderAttribution> ORDER_ATTRIBUTION =
            json("order-attribution", OrderAttribution.class);
    public static final Channel<String, EventCameLate> LATE_EVENTS = json("late-events", EventCameLate.class);
    public static final Channel<String, byte[]> ANALYTICS_DLQ = bytes("analytics-dlq");
    public static final Channel<String, AuditEvent> AUDIT_EVENTS = json("audit-events", AuditEvent.class);
    public static final Channel<String, Checkpoint> AUDIT_CHECKPOINTS = json("audit-checkpoints", Checkpoint.class);
    public static final Channel<String, Generation> GENERATIONS = json("generations", Generation.class);
    public static final Channel<String, Counted> LEDGER = json("ledger", Counted.class);

    /** All of the above: stays below them, since it is initialised in textual order. */
    public static final List<Channel<?, ?>> ALL = List.copyOf(DECLARED);

    private Channels() {}

    private static <V> Channel<String, V> json(String name, Class<V> type) {
        return declared(name, Json.serde(type));
    }

    private static Channel<String, byte[]> bytes(String name) {
        return declared(name, Serdes.ByteArray());
    }

    private static <V> Channel<String, V> declared(String name, Serde<V> value) {
        var channel = new Channel<>(name, Serdes.String(), value);
        DECLARED.add(channel);
        return channel;
    }
}

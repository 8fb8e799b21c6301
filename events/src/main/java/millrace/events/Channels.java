package millrace.events;

import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * All channels with their types; the rest of their contract is in {@code channels.yaml}, and a test fails if the two
 * differ.
 */
public final class Channels {
    public static final Channel<String, ClickEvent> CLICKS = json("clicks", ClickEvent.class);
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

    public static final List<Channel<?, ?>> ALL = List.of(
            CLICKS,
            TRANSACTIONS,
            REJECTED_EVENTS,
            ORDERS,
            ORDER_STATE,
            TRANSACTIONS_DLQ,
            PAGE_VIEWS,
            VISITS,
            FUNNEL,
            REVENUE,
            TOP_PRODUCTS,
            TRENDING_PRODUCTS,
            ABANDONED_CARTS,
            ORDER_ATTRIBUTION,
            LATE_EVENTS,
            ANALYTICS_DLQ,
            AUDIT_EVENTS,
            AUDIT_CHECKPOINTS,
            GENERATIONS,
            LEDGER);

    private Channels() {}

    private static <V> Channel<String, V> json(String name, Class<V> type) {
        return new Channel<>(name, Serdes.String(), Json.serde(type));
    }

    private static Channel<String, byte[]> bytes(String name) {
        Serde<byte[]> asTheyAre = Serdes.ByteArray();
        return new Channel<>(name, Serdes.String(), asTheyAre);
    }
}

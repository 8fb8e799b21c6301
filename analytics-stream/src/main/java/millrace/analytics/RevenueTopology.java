package millrace.analytics;

import static millrace.events.Channels.REVENUE;

import java.time.Duration;
import millrace.events.Json;
import millrace.events.OrderEvent;
import millrace.events.OrderLine;
import millrace.events.Revenue;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Money and units of each minute, country and currency.
 *
 * <pre>orders ─▶ money only ─▶ by minute, country and currency ─▶ sum ─▶ revenue-per-minute</pre>
 */
final class RevenueTopology {
    /** Minute, country and currency → {@link Revenue}. */
    static final String STORE = "revenue-store";

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private RevenueTopology() {}

    static void add(Topics topics, KStream<String, OrderEvent> orders, AnalyticsConfig config) {
        var sums = orders.filter((order, event) -> movesMoney(event), Named.as("revenue-money-only"))
                .map(RevenueTopology::byMinuteAndCountry, Named.as("revenue-by-minute-and-country"))
                .groupByKey(Grouped.with("revenue", Serdes.String(), Json.serde(Revenue.class)))
                .reduce(
                        RevenueTopology::sum,
                        Named.as("revenue-sum"),
                        Materialized.<String, Revenue, KeyValueStore<Bytes, byte[]>>as(STORE)
                                .withKeySerde(Serdes.String())
                                .withValueSerde(Json.serde(Revenue.class)))
                .toStream(Named.as("revenue-updates"))
                .filter((minuteAndCountry, sum) -> sum != null, Named.as("revenue-not-let-go"));
        sums.process(() -> new LetGo<>(STORE, config.keep()), Named.as("revenue-let-go"), STORE);
        topics.write(sums, REVENUE, "write-revenue");
    }

    private static boolean movesMoney(OrderEvent event) {
        return event instanceof OrderEvent.OrderAccepted || event instanceof OrderEvent.OrderRefunded;
    }

    private static KeyValue<String, Revenue> byMinuteAndCountry(String order, OrderEvent event) {
        var row = event instanceof OrderEvent.OrderAccepted accepted
                ? accepted(accepted)
                : refunded((OrderEvent.OrderRefunded) event);
        return KeyValue.pair(Window.key(row.start(), row.country(), row.currency()), row);
    }

    private static Revenue accepted(OrderEvent.OrderAccepted order) {
        var start = Window.minute(order.timestamp());
        var units = order.lines().stream().mapToLong(OrderLine::quantity).sum();
        return new Revenue(
                start,
                start.plus(MINUTE),
                country(order.country()),
                order.currency(),
                1,
                units,
                order.totalMinor(),
                0,
                0);
    }

    private static Revenue refunded(OrderEvent.OrderRefunded refund) {
        var start = Window.minute(refund.timestamp());
        return new Revenue(
                start,
                start.plus(MINUTE),
                country(refund.country()),
                refund.currency(),
                0,
                0,
                0,
                1,
                refund.amountMinor());
    }

    private static String country(String country) {
        return country == null ? "unknown" : country;
    }

    static Revenue sum(Revenue one, Revenue other) {
        return new Revenue(
                one.start(),
                one.end(),
                one.country(),
                one.currency(),
                one.orders() + other.orders(),
                one.units() + other.units(),
                one.revenueMinor() + other.revenueMinor(),
                one.refunds() + other.refunds(),
                one.refundedMinor() + other.refundedMinor());
    }
}

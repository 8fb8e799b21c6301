package millrace.feed;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Computes the expected orders, revenue and refunds. It follows the rules of the orders service and shares no code with
 * it.
 */
final class ExpectedSales {
    final Map<String, Long> revenueMinor = new TreeMap<>();
    final Map<String, Long> unitsPerProduct = new TreeMap<>();
    long ordersRejected;
    long ordersCancelled;
    long refundsCount;
    long refundedMinor;
    long refundsRefused;

    private final Map<String, Long> refundableMinor = new RecentOrders();
    private long ordersAccepted;

    /** Counts an order and returns true if it is accepted. */
    boolean order(JsonNode order) {
        var total = 0L;
        for (var line : order.path("lines")) {
            if (line.path("quantity").asLong() < 1) {
                ordersRejected++;
                return false;
            }
            total += line.path("quantity").asLong() * minor(line.path("unitPrice"));
        }
        ordersAccepted++;
        refundableMinor.put(order.path("orderId").asText(), total);
        revenueMinor.merge(order.path("country").asText(), total, Long::sum);
        order.path("lines")
                .forEach(line -> unitsPerProduct.merge(
                        line.path("productId").asText(), line.path("quantity").asLong(), Long::sum));
        return true;
    }

    void refund(JsonNode refund) {
        var amount = minor(refund.path("total"));
        var order = refund.path("order_id").asText();
        if (amount > refundableMinor.get(order)) {
            refundsRefused++;
        } else {
            refundableMinor.merge(order, -amount, Long::sum);
            refundsCount++;
            refundedMinor += amount;
        }
    }

    /** Counts a cancellation: every order is paid at once, so its remaining amount is refunded. */
    void cancel(JsonNode cancellation) {
        ordersCancelled++;
        refundsCount++;
        refundedMinor += refundableMinor.put(cancellation.path("order_id").asText(), 0L);
    }

    long ordersAccepted() {
        return ordersAccepted;
    }

    private static long minor(JsonNode amount) {
        return new BigDecimal(amount.asText()).movePointRight(2).longValueExact();
    }

    /**
     * Refundable amounts of the latest orders: an order is refunded or cancelled within {@link
     * ShopperSimulation#MAX_DELAY} events.
     */
    private static final class RecentOrders extends LinkedHashMap<String, Long> {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > ShopperSimulation.MAX_DELAY;
        }
    }
}

package millrace.orders.consume;

import io.smallrye.mutiny.Uni;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import millrace.events.TransactionEvent;
import millrace.orders.store.OrderTables;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Sizes of the orders that some records are about, known before the orders are read: a record of 100 bytes may be about
 * an order of 300 KB.
 *
 * @param bytes by order id; a small or unknown order has no entry and counts as 0
 */
record OrderSizes(Map<String, Integer> bytes) {
    private static final int SMALL = 1024;

    static Uni<OrderSizes> of(Mutiny.StatelessSession session, List<InboundRecord> records) {
        return OrderTables.sizesAbove(session, SMALL, InboundRecord.orderIds(records))
                .map(OrderSizes::new);
    }

    /** Returns the first records, at least one, whose bytes and orders together stay within the limit. */
    List<InboundRecord> firstWithin(List<InboundRecord> records, int maxBytes) {
        var seen = new HashSet<String>();
        long sum = 0;
        for (int i = 0; i < records.size(); i++) {
            var record = records.get(i);
            sum += record.bytes();
            sum += record.event()
                    .map(TransactionEvent::orderId)
                    .filter(seen::add)
                    .map(id -> bytes.getOrDefault(id, 0))
                    .orElse(0);
            if (i > 0 && sum > maxBytes) {
                return records.subList(0, i);
            }
        }
        return records;
    }
}

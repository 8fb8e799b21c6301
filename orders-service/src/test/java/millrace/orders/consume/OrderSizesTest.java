package millrace.orders.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import millrace.orders.TestTransactions;
import millrace.orders.outbox.BatchSplitter;
import org.junit.jupiter.api.Test;

/** A transaction is limited by the bytes of its records and of their orders. */
class OrderSizesTest {
    private static final OrderSizes LARGE =
            new OrderSizes(Map.of("shop/order-0", 1_000, "shop/order-1", 1_000, "shop/order-2", 1_000));

    @Test
    void small_records_about_large_orders_are_cut_by_the_orders() {
        assertThat(LARGE.firstWithin(records(3, 1), 2_500)).hasSize(2);
    }

    @Test
    void an_order_counts_once_however_many_records_are_about_it() {
        assertThat(LARGE.firstWithin(records(1, 50), 10_000)).hasSize(50);
    }

    @Test
    void one_record_is_always_taken() {
        assertThat(LARGE.firstWithin(records(3, 1), 1)).hasSize(1);
    }

    @Test
    void parts_have_no_more_bytes_than_they_may_and_nothing_is_left_out() {
        var parts = BatchSplitter.split(List.of(3, 3, 3, 20, 1, 1), number -> number, 6);

        assertThat(parts).containsExactly(List.of(3, 3), List.of(3), List.of(20), List.of(1, 1));
        assertThat(BatchSplitter.split(List.<Integer>of(), number -> number, 6)).isEmpty();
    }

    private static List<InboundRecord> records(int orders, int each) {
        return IntStream.range(0, orders * each)
                .mapToObj(i -> TestTransactions.shipment("event-" + i, "order-" + i % orders))
                .map(event -> new InboundRecord(
                        0,
                        0,
                        0,
                        () -> "place",
                        event.orderId().getBytes(UTF_8),
                        new byte[10],
                        "",
                        Optional.empty(),
                        new Decoded.Valid(event)))
                .toList();
    }
}

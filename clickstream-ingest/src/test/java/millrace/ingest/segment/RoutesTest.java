package millrace.ingest.segment;

import static millrace.ingest.Batch.RECEIVED;
import static millrace.ingest.Batch.entry;
import static millrace.ingest.Batch.event;
import static millrace.ingest.Batch.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.ChangeRequested;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.RefundRequested;
import millrace.ingest.Batch;
import millrace.ingest.log.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {
    @Test
    void a_completed_order_is_placed() {
        var entry = tracked("Order Completed", """
                {'order_id':'o-1','currency':'GBP','total':20.30,'country':'France','coupon':'X','products':[
                  {'product_id':'p-1','name':'Lamp','quantity':2,'price':10.15},
                  {'sku':'s-2','quantity':-1,'price':'0'}]}""");

        assertThat(entry.key()).isEqualTo("o-1");
        assertThat(CloudEvents.text(entry.headers(), CloudEvents.TYPE)).isEqualTo("transactions.OrderPlaced");
        assertThat(event(Channels.TRANSACTIONS, entry))
                .isEqualTo(new OrderPlaced(
                        "m-1",
                        "shop",
                        "o-1",
                        "u",
                        "v",
                        "France",
                        "GBP",
                        2_030L,
                        true,
                        List.of(new OrderLine("p-1", "Lamp", 2, 1_015), new OrderLine("s-2", null, -1, 0)),
                        Instant.parse("2024-04-30T12:00:00Z"),
                        RECEIVED));
    }

    @Test
    void an_updated_order_asks_for_a_change() {
        var entry = tracked(
                "Order Updated",
                "{'order_id':'o-1','currency':'GBP','products':[{'sku':'s','quantity':2,'price':1.5}]}");

        assertThat(event(Channels.TRANSACTIONS, entry))
                .isEqualTo(new ChangeRequested(
                        "m-1",
                        "shop",
                        "o-1",
                        "u",
                        "GBP",
                        null,
                        List.of(new OrderLine("s", null, 2, 150)),
                        Instant.parse("2024-04-30T12:00:00Z"),
                        RECEIVED));
    }

    @Test
    void a_refunded_order_asks_for_a_refund() {
        var entry = tracked("Order Refunded", "{'order_id':'o-1','currency':'JPY','total':'1200','country':'Japan'}");

        assertThat(event(Channels.TRANSACTIONS, entry))
                .isEqualTo(new RefundRequested(
                        "m-1",
                        "shop",
                        "o-1",
                        "u",
                        "Japan",
                        "JPY",
                        1_200,
                        Instant.parse("2024-04-30T12:00:00Z"),
                        RECEIVED));
    }

    @Test
    void a_cancelled_order_asks_to_be_cancelled() {
        var entry = tracked("Order Cancelled", "{'order_id':'o-1','reason':'too late'}");

        assertThat(event(Channels.TRANSACTIONS, entry))
                .isEqualTo(new CancellationRequested(
                        "m-1", "shop", "o-1", "too late", Instant.parse("2024-04-30T12:00:00Z"), RECEIVED));
    }

    @ParameterizedTest
    @CsvSource({"track, Product Added", "track, order completed", "page, Order Completed"})
    void everything_else_is_a_click(String type, String name) {
        var entry = entry(Batch.message(type, "'event':'" + name + "'", "'properties':{'order_id':'o-1'}"));

        assertThat(entry.channel()).isEqualTo(Channels.CLICKS);
        assertThat(entry.key()).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Order Completed | {} | properties.order_id is required; properties.currency is required;"
                        + " properties.products is required",
                "Order Refunded | {} | properties.order_id is required; properties.currency is required;"
                        + " properties.total is required",
                "Order Cancelled | null | properties.order_id is required",
                "Order Cancelled | 'order' | properties.order_id is required",
                "Order Completed | {'order_id':'o','currency':'GBP','products':[{},{'sku':'s','quantity':1,'price':0.001}]} |"
                        + " properties.products[0].product_id is required; properties.products[0].quantity is required;"
                        + " properties.products[0].price is required;"
                        + " properties.products[1].price has more decimals than GBP, which has 2",
                "Order Refunded | {'order_id':'o','currency':'GBP','total':1e99999999999} |"
                        + " properties has a number that is too large; properties.order_id is required;"
                        + " properties.currency is required; properties.total is required",
            })
    void a_transaction_without_what_it_needs_is_rejected(String name, String properties, String reasons) {
        assertThat(String.join("; ", rejected(tracked(name, properties)).reasons()))
                .isEqualTo(reasons);
    }

    private static Entry tracked(String name, String properties) {
        return entry(Batch.message(
                "track",
                "'messageId':'m-1'",
                "'anonymousId':'v'",
                "'userId':'u'",
                "'timestamp':'2024-04-30T12:00:00Z'",
                "'event':'" + name + "'",
                "'properties':" + properties));
    }
}

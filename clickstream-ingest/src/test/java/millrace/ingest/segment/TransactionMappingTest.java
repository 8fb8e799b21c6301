package millrace.ingest.segment;

import static millrace.ingest.segment.SegmentFixture.RECEIVED;
import static millrace.ingest.segment.SegmentFixture.event;
import static millrace.ingest.segment.SegmentFixture.record;
import static millrace.ingest.segment.SegmentFixture.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import millrace.events.Channels;
import millrace.events.Charges;
import millrace.events.CloudEvents;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.ChangeRequested;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.RefundRequested;
import millrace.events.TransactionEvent.UnreadableOrderReported;
import millrace.ingest.auth.AddressPolicy;
import millrace.ingest.auth.BrowserVisitor;
import millrace.ingest.auth.Source;
import millrace.ingest.publish.PendingRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionMappingTest {
    private static final Instant AT = Instant.parse("2024-04-30T12:00:00Z");

    /** An order as the ecommerce specification writes its example, with this shop's lamps. */
    private static final String SPECIFIED = """
            'order_id':'o-1','affiliation':'Lamp store','total':27.50,'revenue':25.00,'shipping':3,'tax':2,'discount':2.5,
            'coupon':'SPRING','currency':'USD','products':[
              {'product_id':'lamp-1','sku':'45-1','name':'Lamp: 3rd edition','price':19,'quantity':1,'category':'Lamps',
               'url':'https://shop.example/lamp-1','image_url':'https://shop.example/lamp-1.jpg'},
              {'product_id':'bulb-1','sku':'46-1','name':'Bulb','price':3,'quantity':2,'category':'Lamps'}]""";

    private static final List<OrderLine> LINES =
            List.of(new OrderLine("lamp-1", "Lamp: 3rd edition", 1, 1_900), new OrderLine("bulb-1", "Bulb", 2, 300));

    @Test
    void a_completed_order_of_the_specification_is_placed_with_its_charges() {
        var record = tracked("Order Completed", "{'checkout_id':'c','subtotal':22.50," + SPECIFIED + "}");

        assertThat(record.key()).isEqualTo("shop/o-1");
        assertThat(CloudEvents.text(record.headers(), CloudEvents.TYPE)).isEqualTo("transactions.OrderPlaced");
        assertThat(event(Channels.TRANSACTIONS, record))
                .isEqualTo(new OrderPlaced(
                        "m-1",
                        "shop",
                        "shop/o-1",
                        "u",
                        "v",
                        null,
                        "USD",
                        2_750L,
                        true,
                        LINES,
                        new Charges(300L, 200L, 250L, null, "SPRING"),
                        AT,
                        RECEIVED));
    }

    @Test
    void an_updated_order_of_the_specification_asks_for_a_change() {
        assertThat(event(Channels.TRANSACTIONS, tracked("Order Updated", "{" + SPECIFIED + "}")))
                .isEqualTo(new ChangeRequested("m-1", "shop", "shop/o-1", "u", "USD", 2_750L, LINES, AT, RECEIVED));
    }

    @Test
    void a_refunded_order_of_the_specification_asks_for_a_refund() {
        var properties =
                "{'order_id':'o-1','total':30,'currency':'USD','products':[{'product_id':'lamp-1','price':19}]}";

        assertThat(event(Channels.TRANSACTIONS, tracked("Order Refunded", properties)))
                .isEqualTo(refund("USD", 3_000));
    }

    @Test
    void a_cancelled_order_of_the_specification_asks_to_be_cancelled() {
        assertThat(event(Channels.TRANSACTIONS, tracked("Order Cancelled", "{'reason':'too late'," + SPECIFIED + "}")))
                .isEqualTo(new CancellationRequested("m-1", "shop", "shop/o-1", "too late", AT, RECEIVED));
    }

    @Test
    void a_refund_of_some_products_is_their_sum_and_one_that_says_nothing_is_of_all_that_is_left() {
        var some =
                "{'order_id':'o-1','products':[{'product_id':'lamp-1','price':19},{'sku':'b','price':3,'quantity':2}]}";

        assertThat(event(Channels.TRANSACTIONS, tracked("Order Refunded", some)))
                .isEqualTo(refund("USD", 2_500));
        assertThat(event(Channels.TRANSACTIONS, tracked("Order Refunded", "{'order_id':'o-1'}")))
                .isEqualTo(refund(null, 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                "`{'order_id':1042}` | 1042 | USD | -",
                "`{'order_id':12345678901234567890123,'currency':'eur'}` | 12345678901234567890123 | EUR | -",
                "`{'order_id':'o','total':'20.30','currency':'GBP'}` | o | GBP | 2030",
                "`{'order_id':'o','total':0.30000000000000004}` | o | USD | 30",
                "`{'order_id':'o','total':null,'subtotal':22.5,'shipping':3,'tax':2,'discount':2.5}` | o | USD | 2750",
                "`{'order_id':'o','revenue':25,'shipping':3,'tax':2,'discount':2.5}` | o | USD | 2750",
                "`{'order_id':'o','revenue':25}` | o | USD | 2500",
                "`{'order_id':'o','currency':'JPY','total':1200}` | o | JPY | 1200",
            })
    void of_a_paid_order_everything_is_optional_but_its_id(String properties, String id, String currency, Long total) {
        var order = placed(properties);

        assertThat(order.orderId()).isEqualTo("shop/" + id);
        assertThat(order.currency()).isEqualTo(currency);
        assertThat(order.totalMinor()).isEqualTo(total);
        assertThat(order.paid()).isTrue();
        assertThat(order.lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                "{'product_id':7} | 7 | - | 1 | 0",
                "{'product_id':'p','sku':'s','name':'n'} | p | n | 1 | 0",
                "{'sku':'s','name':'n','quantity':'3','price':'1.50'} | s | n | 3 | 150",
                "{'name':'n','quantity':2.0,'price':8.3333} | n | n | 2 | 833",
                "{'category':'Lamps','price':0.1} | unknown | - | 1 | 10",
                "{'product_id':{},'name':['x'],'quantity':-1,'price':836.9999999999998} | unknown | - | -1 | 83700",
            })
    void of_a_product_everything_is_optional(String product, String id, String name, long quantity, long price) {
        assertThat(placed("{'order_id':'o','products':[{},[]," + product + "]}").lines())
                .containsExactly(new OrderLine(id, name, quantity, price));
    }

    @Test
    void what_people_read_never_costs_an_order() {
        var order = placed("{'order_id':'o','coupon':" + "7,'country':{},'products':[{'sku':'" + "s".repeat(101)
                + "','name':'a\\nb\\u0000" + "c".repeat(1_000) + "'}]}");

        assertThat(order.charges()).isEqualTo(new Charges(null, null, null, null, "7"));
        assertThat(order.country()).isNull();
        assertThat(order.lines().getFirst().productId()).hasSize(100);
        assertThat(order.lines().getFirst().name()).startsWith("a b cc").hasSize(1_000);
    }

    @Test
    void sums_of_a_paid_order_are_not_checked() {
        assertThat(placed("{'order_id':'o','total':1,'tax':900,'products':[{'price':5}]}")
                        .totalMinor())
                .isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({"track, Product Added", "track, order completed", "page, Order Completed"})
    void everything_else_is_a_click(String type, String name) {
        var record = record(SegmentFixture.message(type, "'event':'" + name + "'", "'properties':{'order_id':'o-1'}"));

        assertThat(record.channel()).isEqualTo(Channels.CLICKS);
        assertThat(record.key()).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Order Completed | {} | properties.order_id is required",
                "Order Completed | {'order_id':''} | properties.order_id is required",
                "Order Refunded | {'order_id':{}} | properties.order_id must be text",
                "Order Cancelled | null | properties.order_id is required",
                "Order Cancelled | 'order' | properties must be a JSON object",
            })
    void a_transaction_of_no_order_is_rejected(String name, String properties, String reason) {
        assertThat(rejected(tracked(name, properties)).reasons()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Order Completed | 'currency':'pounds' | properties.currency must be a currency's ISO 4217 code, for example GBP",
                "Order Completed | 'total':'a lot' | properties.total must be a decimal of at most 14 digits before the point",
                "Order Completed | 'total':12.345 | properties.total has more decimals than USD, which has 2",
                "Order Completed | 'total':'0.300000004' | properties.total has more decimals than USD, which has 2",
                "Order Completed | 'products':{'a':1} | properties.products must be an array",
                "Order Completed | 'products':[7] | properties.products[0] must be a JSON object",
                "Order Completed | 'products':[{'quantity':1.5}] | properties.products[0].quantity must be a whole number of at most 9 digits",
                "Order Updated | 'total':[] | properties.total must be a decimal of at most 14 digits before the point",
                "Order Refunded | 'total':true | properties.total must be a decimal of at most 14 digits before the point",
                "Order Refunded | 'products':[{'sku':'s'}] | properties.products[0].price is required",
                "Order Refunded | 'products':[{'price':99999999999999,'quantity':999999999}] | properties.products add up to more than any amount",
                "Order Refunded | 'total':1e99999999999 | properties has a number that is too large",
            })
    void what_cannot_be_read_of_a_known_order_is_reported_to_orders(String name, String properties, String fault) {
        var events =
                SegmentFixture.conversion(SegmentFixture.shop(AddressPolicy.TRUNCATED), BrowserVisitor.UNKNOWN, null);
        var message = message(name, "{'order_id':1042," + properties + "}")
                .replace("'type'", "'context':{'ip':'203.0.113.77'},'type'");
        var record = events.records(SegmentBody.ofBatch(SegmentFixture.json("{'batch':[" + message + "]}"))
                        .messages())
                .getFirst();

        assertThat(record.channel()).isEqualTo(Channels.TRANSACTIONS);
        assertThat(record.key()).isEqualTo("shop/1042");
        var report = (UnreadableOrderReported) event(Channels.TRANSACTIONS, record);
        assertThat(report.faults()).contains(fault);
        assertThat(report.eventId()).isEqualTo("m-1");
        assertThat(report.customerId()).isEqualTo("u");
        assertThat(report.visitor()).isEqualTo("v");
        assertThat(report.timestamp()).isEqualTo(AT);
        assertThat(report.original().replace('"', '\'')).isEqualTo(message.replace(".77", ".0"));
        assertThat(events.rejected())
                .singleElement()
                .satisfies(rejected -> assertThat(rejected.reasons()).contains(fault));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'timestamp':'yesterday'",
                "'timestamp':1714564800",
                "'x':[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
                "'x':11111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111",
                "'userId':[7]",
            })
    void an_order_in_a_faulty_message_is_reported_too(String field) {
        var record = record("{'type':'track','messageId':'m','userId':'u','event':'Order Completed',"
                + "'properties':{'order_id':'o'}," + field + "}");

        var report = (UnreadableOrderReported) event(Channels.TRANSACTIONS, record);
        assertThat(report.orderId()).isEqualTo("shop/o");
        assertThat(report.faults()).isNotEmpty();
    }

    @Test
    void an_order_that_is_too_long_or_no_utf_8_is_reported_as_far_as_it_fits() {
        var message =
                "{'type':'track','messageId':'m','userId':'u','event':'Order Completed','properties':{'order_id':'o'},'x':'";
        var tooLong = record(message + "\\\\\\\\".repeat(100_000) + "'}");
        var notUtf8 = new String(SegmentFixture.json("{'batch':[" + message + "?'}]}"), StandardCharsets.ISO_8859_1)
                .replace("?", "\u00ed\u00a0\u0080")
                .getBytes(StandardCharsets.ISO_8859_1);
        var repaired = SegmentFixture.conversion(
                        SegmentFixture.shop(AddressPolicy.TRUNCATED), BrowserVisitor.UNKNOWN, null)
                .records(SegmentBody.ofBatch(notUtf8).messages())
                .getFirst();

        assertThat(tooLong.value()).hasSizeBetween(100_000, TransactionEvent.LARGEST);
        assertThat(((UnreadableOrderReported) event(Channels.TRANSACTIONS, tooLong)).faults())
                .containsExactly("A message must have at most 32768 bytes");
        assertThat(((UnreadableOrderReported) event(Channels.TRANSACTIONS, repaired)).faults())
                .containsExactly("A message must be UTF-8");
    }

    @Test
    void a_source_that_may_not_place_orders_reports_none_either() {
        var events = SegmentFixture.conversion(Source.named("site"), BrowserVisitor.UNKNOWN, null);
        var messages = SegmentBody.ofBatch(SegmentFixture.json("{'batch':["
                        + String.join(
                                ",",
                                message("Order Completed", "{'order_id':'o','total':'x'}"),
                                message("Order Refunded", "{'order_id':'o'}"))
                        + "]}"))
                .messages();

        var records = events.records(messages);

        assertThat(records).extracting(PendingRecord::channel).containsOnly(Channels.REJECTED_EVENTS);
        assertThat(events.rejected())
                .extracting(rejected -> rejected.reasons().getFirst())
                .containsExactly("The source site may not send order", "The source site may not send refund");
    }

    private static RefundRequested refund(String currency, long amount) {
        return new RefundRequested("m-1", "shop", "shop/o-1", "u", null, currency, amount, AT, RECEIVED);
    }

    private static OrderPlaced placed(String properties) {
        return (OrderPlaced) event(Channels.TRANSACTIONS, tracked("Order Completed", properties));
    }

    private static PendingRecord tracked(String name, String properties) {
        return record(message(name, properties));
    }

    private static String message(String name, String properties) {
        return SegmentFixture.message(
                "track",
                "'messageId':'m-1'",
                "'anonymousId':'v'",
                "'userId':'u'",
                "'timestamp':'2024-04-30T12:00:00Z'",
                "'event':'" + name + "'",
                "'properties':" + properties);
    }
}

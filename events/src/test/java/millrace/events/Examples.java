package millrace.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One value of each type on the channels, with its exact text on the wire. */
final class Examples {
    static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
    static final Instant SOON = NOON.plusMillis(250);
    static final Instant LATER = NOON.plusSeconds(60);
    private static final OrderLine LINE = new OrderLine("85123A", "LANTERN", 6, 255);
    private static final String LINE_TEXT = "{'productId':'85123A','name':'LANTERN','quantity':6,'unitPriceMinor':255}";
    private static final Charges CHARGES = new Charges(300L, 200L, 250L, -1L, "MAY");
    private static final String CHARGES_TEXT =
            "'charges':{'shippingMinor':300,'taxMinor':200,'discountMinor':250,'roundingMinor':-1,'coupon':'MAY'},";
    private static final String TIMES = "'timestamp':'2024-05-01T12:00:00Z','receivedAt':'2024-05-01T12:00:00.250Z'}";

    /** Examples in the catalogue's sequence. */
    static final Map<Record, String> ALL = examples();

    private Examples() {}

    private static Map<Record, String> examples() {
        var all = new LinkedHashMap<Record, String>();
        clicks(all);
        transactions(all);
        orders(all);
        // fork: analytics
        AggregateExamples.add(all);
        // fork: end
        // fork: audit
        audit(all);
        // fork: end
        generations(all);
        counts(all);
        all.replaceAll((value, text) -> text.replace('\'', '"'));
        return all;
    }

    private static void clicks(Map<Record, String> all) {
        var start = "'messageId':'m1','source':'shop','anonymousId':'v1',";
        all.put(
                new ClickEvent.PageViewed(
                        "m1",
                        "shop",
                        "v1",
                        null,
                        NOON,
                        SOON,
                        "Cart",
                        new ClickEvent.Page("/cart", "https://shop.example/cart?a=1", null, null),
                        new ClickEvent.Context(null, "curl/8", new ClickEvent.Campaign("may", "mail", null)),
                        true),
                "{'type':'page'," + start + cut(TIMES) + ",'name':'Cart','properties':{'path':'/cart',"
                        + "'url':'https://shop.example/cart?a=1'},'context':{'userAgent':'curl/8','campaign':{'name':'may','source':'mail'}},'bot':true}");
        all.put(
                new ClickEvent.ScreenViewed("m1", "shop", "v1", null, NOON, SOON, "Home", null),
                "{'type':'screen'," + start + cut(TIMES) + ",'name':'Home'}");
        all.put(
                new ClickEvent.ActionTracked(
                        "m1",
                        "shop",
                        "v1",
                        null,
                        NOON,
                        SOON,
                        "Product Added",
                        new ClickEvent.Action("85123A", 2L),
                        null),
                "{'type':'track'," + start + cut(TIMES)
                        + ",'event':'Product Added','properties':{'product_id':'85123A','quantity':2}}");
        all.put(
                new ClickEvent.VisitorIdentified("m1", "shop", "v1", "u1", NOON, SOON),
                "{'type':'identify'," + start + "'userId':'u1'," + TIMES);
        all.put(
                new ClickEvent.GroupJoined("m1", "shop", "v1", null, NOON, SOON, "g1"),
                "{'type':'group'," + start + cut(TIMES) + ",'groupId':'g1'}");
        all.put(
                new ClickEvent.VisitorAliased("m1", "shop", "v1", "u1", NOON, SOON, "v0"),
                "{'type':'alias'," + start + "'userId':'u1'," + cut(TIMES) + ",'previousId':'v0'}");
    }

    private static void transactions(Map<Record, String> all) {
        var start = "'eventId':'t1','source':'shop','orderId':'o1',";
        all.put(
                new TransactionEvent.OrderPlaced(
                        "t1",
                        "shop",
                        "o1",
                        "c1",
                        "v1",
                        "France",
                        "GBP",
                        1530L,
                        true,
                        List.of(LINE),
                        CHARGES,
                        NOON,
                        SOON),
                "{'type':'OrderPlaced'," + start
                        + "'customerId':'c1','visitor':'v1','country':'France','currency':'GBP',"
                        + "'totalMinor':1530,'paid':true,'lines':[" + LINE_TEXT + "]," + CHARGES_TEXT + TIMES);
        all.put(
                new TransactionEvent.UnreadableOrderReported(
                        "t1", "shop", "o1", "c1", "v1", List.of("currency is none"), "{}", NOON, SOON),
                "{'type':'UnreadableOrderReported'," + start
                        + "'customerId':'c1','visitor':'v1','faults':['currency is none'],'original':'{}'," + TIMES);
        all.put(
                new TransactionEvent.PaymentReceived("t1", "shop", "o1", "GBP", 1530, NOON, SOON),
                "{'type':'PaymentReceived'," + start + "'currency':'GBP','amountMinor':1530," + TIMES);
        all.put(
                new TransactionEvent.ShipmentReported("t1", "shop", "o1", NOON, SOON),
                "{'type':'ShipmentReported'," + start + TIMES);
        all.put(
                new TransactionEvent.DeliveryReported("t1", "shop", "o1", NOON, SOON),
                "{'type':'DeliveryReported'," + start + TIMES);
        all.put(
                new TransactionEvent.ErasureRequested("t1", "shop", "o1", NOON, SOON),
                "{'type':'ErasureRequested'," + start + TIMES);
        all.put(
                new TransactionEvent.RefundRequested("t1", "shop", "o1", null, null, "GBP", 255, NOON, SOON),
                "{'type':'RefundRequested'," + start + "'currency':'GBP','amountMinor':255," + TIMES);
        all.put(
                new TransactionEvent.ChangeRequested("t1", "shop", "o1", null, "GBP", null, List.of(), NOON, SOON),
                "{'type':'ChangeRequested'," + start + "'currency':'GBP','lines':[]," + TIMES);
        all.put(
                new TransactionEvent.CancellationRequested("t1", "shop", "o1", "changed my mind", NOON, SOON),
                "{'type':'CancellationRequested'," + start + "'reason':'changed my mind'," + TIMES);
        all.put(
                new EventRejected("e1", "shop", "/v1/batch", 3, List.of("type is missing"), "{}".getBytes(UTF_8), SOON),
                "{'eventId':'e1','source':'shop','path':'/v1/batch','index':3,'reasons':['type is missing'],"
                        + "'original':'e30=','receivedAt':'2024-05-01T12:00:00.250Z'}");
    }

    private static void orders(Map<Record, String> all) {
        var start = "'eventId':'e1','orderId':'o1','version':2,'causedBy':'t1','source':'shop',";
        var money = "'country':'France','currency':'GBP',";
        all.put(
                new OrderEvent.OrderAccepted(
                        "e1",
                        "o1",
                        2,
                        "t1",
                        "shop",
                        "France",
                        "GBP",
                        1530,
                        true,
                        List.of(LINE),
                        CHARGES,
                        List.of("odd"),
                        NOON,
                        SOON),
                "{'type':'OrderAccepted'," + start + money + "'totalMinor':1530,'paid':true,'lines':[" + LINE_TEXT
                        + "]," + CHARGES_TEXT + "'discrepancies':['odd']," + TIMES);
        all.put(
                new OrderEvent.OrderPaid("e1", "o1", 2, "t1", "shop", "France", "GBP", 1530, NOON, SOON),
                "{'type':'OrderPaid'," + start + money + "'amountMinor':1530," + TIMES);
        all.put(
                new OrderEvent.OrderShipped("e1", "o1", 2, "t1", "shop", NOON, SOON),
                "{'type':'OrderShipped'," + start + TIMES);
        all.put(
                new OrderEvent.OrderDelivered("e1", "o1", 2, "t1", "shop", NOON, SOON),
                "{'type':'OrderDelivered'," + start + TIMES);
        all.put(
                new OrderEvent.OrderErased("e1", "o1", 2, "t1", "shop", NOON, SOON),
                "{'type':'OrderErased'," + start + TIMES);
        all.put(
                new OrderEvent.OrderRejected("e1", "o1", 2, "t1", "shop", List.of("no lines"), NOON, SOON),
                "{'type':'OrderRejected'," + start + "'reasons':['no lines']," + TIMES);
        all.put(
                new OrderEvent.OrderRefunded("e1", "o1", 2, "t1", "shop", "France", "GBP", 255, false, NOON, SOON),
                "{'type':'OrderRefunded'," + start + money + "'amountMinor':255,'onAccount':false," + TIMES);
        all.put(
                new OrderEvent.OrderCancelled(
                        "e1", "o1", 2, "t1", "shop", "France", "GBP", 1530, 255, 6, "late", NOON, SOON),
                "{'type':'OrderCancelled'," + start + money
                        + "'totalMinor':1530,'refundedMinor':255,'units':6,'reason':'late'," + TIMES);
        all.put(
                new OrderEvent.TransitionRefused("e1", "o1", 2, "t1", "shop", "no such order", NOON, SOON),
                "{'type':'TransitionRefused'," + start + "'reason':'no such order'," + TIMES);
        all.put(
                new OrderState(
                        "o1",
                        2,
                        OrderState.Status.ACCEPTED,
                        "France",
                        "GBP",
                        1530,
                        255,
                        List.of(LINE),
                        CHARGES,
                        List.of("odd"),
                        List.of(),
                        NOON,
                        LATER),
                "{'orderId':'o1','version':2,'status':'accepted'," + money + "'totalMinor':1530,'refundedMinor':255,"
                        + "'lines':[" + LINE_TEXT + "]," + CHARGES_TEXT + "'discrepancies':['odd'],'reasons':[],"
                        + "'placedAt':'2024-05-01T12:00:00Z','changedAt':'2024-05-01T12:01:00Z'}");
    }

    // fork: audit
    private static void audit(Map<Record, String> all) {
        var time = "'timestamp':'2024-05-01T12:00:00Z'}";
        all.put(
                new AuditEvent.RecordsRead(
                        "e1", "orders/o1", "office", "/audit/orders/{id}", Map.of("limit", "10"), 3, false, NOON),
                "{'type':'RecordsRead','eventId':'e1','about':'orders/o1','by':'office',"
                        + "'question':'/audit/orders/{id}','parameters':{'limit':'10'},'records':3,'opened':false,"
                        + time);
        all.put(
                new AuditEvent.SubjectErased("e1", "subjects/17", "office", 17, "0a1b", 42, NOON),
                "{'type':'SubjectErased','eventId':'e1','about':'subjects/17','by':'office','subject':17,"
                        + "'fingerprint':'0a1b','records':42," + time);
        all.put(
                new AuditEvent.MasterKeyRotated("e1", "master-keys/k2", "rotate-keys", "k2", 9, NOON),
                "{'type':'MasterKeyRotated','eventId':'e1','about':'master-keys/k2','by':'rotate-keys',"
                        + "'masterKey':'k2','keys':9," + time);
        all.put(
                new Checkpoint("millrace/audit\n7\nAw==\n2024-05-01T12:00:00Z\n\n"),
                "{'note':'millrace/audit\\n7\\nAw==\\n2024-05-01T12:00:00Z\\n\\n'}");
    }
    // fork: end

    private static void generations(Map<Record, String> all) {
        all.put(
                new Generation.LiveGeneration("orders", 1, 2, true, NOON, "ada", "r1"),
                "{'type':'LiveGeneration','consumer':'orders','live':1,'successor':2,"
                        + "'fencing':true,'at':'2024-05-01T12:00:00Z','by':'ada','receipt':'r1'}");
        all.put(
                new Generation.ReplayReceipt(
                        "r1",
                        "orders",
                        "run",
                        2,
                        "ada",
                        NOON,
                        LATER,
                        false,
                        List.of(new Generation.Range("transactions", 0, 3, 7)),
                        4,
                        "a1",
                        "a1",
                        "Caught up."),
                "{'type':'ReplayReceipt','id':'r1','consumer':'orders','action':'run','generation':2,'by':'ada',"
                        + "'begin':'2024-05-01T12:00:00Z','end':'2024-05-01T12:01:00Z','partial':false,"
                        + "'ranges':[{'channel':'transactions','partition':0,'from':3,'to':7}],'records':4,"
                        + "'digest':'a1','liveDigest':'a1','outcome':'Caught up.'}");
    }

    private static void counts(Map<Record, String> all) {
        all.put(
                Counted.wrote("web/i1", "clicks", null, NOON, Map.of("acknowledged", 12L, "unsure", 1L)),
                "{'by':'web/i1','role':'wrote','channel':'clicks','minute':'2024-05-01T12:00:00Z',"
                        + "'counts':{'acknowledged':12,'unsure':1}}");
        all.put(
                Counted.report("web/i1", Counted.Role.WROTE, SOON, true),
                "{'by':'web/i1','role':'wrote','upTo':'2024-05-01T12:00:00.250Z','ended':true}");
        all.put(
                Counted.read("reader", "clicks", 2, NOON, Map.of("applied", 9L, "late", 2L, "repeated", 1L), 4711),
                "{'by':'reader','role':'read','channel':'clicks','partition':2,"
                        + "'minute':'2024-05-01T12:00:00Z','counts':{'applied':9,'late':2,'repeated':1},"
                        + "'nextOffset':4711}");
    }

    private static String cut(String text) {
        return text.substring(0, text.length() - 1);
    }
}

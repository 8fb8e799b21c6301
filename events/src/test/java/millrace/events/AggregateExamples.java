package millrace.events;

import static millrace.events.Examples.LATER;
import static millrace.events.Examples.NOON;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Examples of the aggregates, which analytics writes. */
final class AggregateExamples {
    private AggregateExamples() {}

    static void add(Map<Record, String> all) {
        var window = "{'start':'2024-05-01T12:00:00Z','end':'2024-05-01T12:01:00Z',";
        all.put(
                new PageViews(NOON, LATER, "/cart", 7, 5, true),
                window + "'page':'/cart','views':7,'visitors':5,'settled':true}");
        var campaign = new ClickEvent.Campaign("may", "mail", "email");
        var campaignText = "'campaign':{'name':'may','source':'mail','medium':'email'},";
        all.put(
                new Visit(
                        NOON,
                        LATER,
                        "shop",
                        "v1",
                        3,
                        1,
                        "/",
                        "/cart",
                        "https://search.example/",
                        campaign,
                        Visit.Device.MOBILE,
                        Visit.Step.CART,
                        false,
                        true,
                        false),
                window + "'source':'shop','visitor':'v1','views':3,'actions':1,'entry':'/','exit':'/cart',"
                        + "'referrer':'https://search.example/'," + campaignText + "'device':'mobile','reached':'cart',"
                        + "'bounce':false,'closed':true,'settled':false}");
        all.put(
                Funnel.of(NOON, LATER, "may", 9, 6, 3, 2, 1),
                window + "'campaign':'may','visits':9,'products':6,'carts':3,'checkouts':2,'orders':1,"
                        + "'conversion':{'products':0.6667,'carts':0.5,'checkouts':0.6667,'orders':0.5}}");
        all.put(
                new Revenue(NOON, LATER, "France", "GBP", 1, 6, 1530, 0, 0, false),
                window + "'country':'France','currency':'GBP','orders':1,'units':6,'revenueMinor':1530,"
                        + "'refunds':0,'refundedMinor':0,'settled':false}");
        var product = List.of(new TopProducts.Product("85123A", 6));
        all.put(
                new TopProducts(NOON, LATER, product, List.of(), product, false),
                window + "'viewed':[{'productId':'85123A','count':6}],'carted':[],"
                        + "'bought':[{'productId':'85123A','count':6}],'settled':false}");
        all.put(
                new TrendingProduct("85123A", NOON, LATER, 40, 3.25, 20.39),
                "{'productId':'85123A'," + window.substring(1) + "'views':40,'usual':3.25,'score':20.39}");
        all.put(
                new AbandonedCart(NOON, "shop", "v1", LATER, List.of(new AbandonedCart.Item("85123A", 2))),
                "{'start':'2024-05-01T12:00:00Z','source':'shop','visitor':'v1','changedAt':'2024-05-01T12:01:00Z',"
                        + "'items':[{'productId':'85123A','quantity':2}]}");
        all.put(
                new OrderAttribution(
                        "o1",
                        "shop",
                        LATER,
                        "France",
                        "GBP",
                        1530,
                        "v1",
                        new OrderAttribution.AttributedVisit(NOON, "shop", "/", null, campaign, Visit.Device.DESKTOP)),
                "{'orderId':'o1','source':'shop','timestamp':'2024-05-01T12:01:00Z','country':'France',"
                        + "'currency':'GBP','totalMinor':1530,'visitor':'v1','visit':{'start':'2024-05-01T12:00:00Z',"
                        + "'source':'shop','entry':'/'," + campaignText + "'device':'desktop'}}");
        all.put(
                new EventCameLate("m1", "clicks", "shop", NOON, LATER, Duration.ofSeconds(60), NOON, 3),
                "{'eventId':'m1','channel':'clicks','source':'shop','timestamp':'2024-05-01T12:00:00Z',"
                        + "'clock':'2024-05-01T12:01:00Z','lateBy':'PT1M','window':'2024-05-01T12:00:00Z',"
                        + "'lateInWindow':3}");
    }
}

package millrace.console.event;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A click and an order that this console sends to the edge, as a shop would. */
final class SampleEvents {
    /** Page of the clicks, on which no one else is. */
    static final String PAGE = "/sent-from-the-console";

    private static final String PAGE_ROWS = "/page-views?by=minute&limit=2&page=" + PAGE;
    private static final String ORDER_ROWS = "/revenue?by=minute&limit=20&country=unknown";
    private static final SecureRandom RANDOM = new SecureRandom();

    private SampleEvents() {}

    static EventFollower.Sample click() {
        var id = hex(6);
        var visitor = "console-" + id;
        var body = new LinkedHashMap<String, Object>();
        body.put("messageId", "console-click-" + id);
        body.put("anonymousId", visitor);
        body.put("properties", Map.of("path", PAGE));
        return new EventFollower.Sample("clicks", visitor, traceparent(), "/v1/page", body, PAGE_ROWS);
    }

    static EventFollower.Sample order() {
        var number = "console-" + hex(6);
        var body = new LinkedHashMap<String, Object>();
        body.put("orderId", number);
        body.put("anonymousId", number);
        body.put("currency", "GBP");
        body.put("total", "23.30");
        body.put("shipping", "3.00");
        body.put("paid", true);
        body.put("lines", List.of(Map.of("productId", "lamp-1", "quantity", 2, "unitPrice", "10.15")));
        return new EventFollower.Sample("transactions", "shop/" + number, traceparent(), "/orders", body, ORDER_ROWS);
    }

    private static String traceparent() {
        return "00-" + hex(16) + "-" + hex(8) + "-01";
    }

    private static String hex(int bytes) {
        var random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}

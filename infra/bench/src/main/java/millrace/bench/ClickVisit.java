package millrace.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** A visit of one visitor with one browser, possibly from a campaign. */
final class ClickVisit {
    private static final String SHOP = "https://shop.test";
    private static final int CAMPAIGN_EVERY = 5;
    private static final Duration NETWORK_TIME = Duration.ofMillis(40);
    private static final List<String> BROWSERS = List.of(
            "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/140.0",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 15.5) Gecko/20100101 Firefox/140.0",
            "Mozilla/5.0 (Android 15; Mobile) Gecko/140.0 Firefox/140.0");
    private static final List<String> CAMPAIGNS =
            List.of(campaign("spring", "newsletter", "email"), campaign("brand", "search", "cpc"));

    private final String visitor;
    /** JSON of the context after its page object. */
    private final String browser;

    private String referrer = "";
    private String path = "/";

    ClickVisit(int visitor, Random random) {
        this.visitor = "v-" + visitor;
        var campaign = random.nextInt(CAMPAIGN_EVERY) == 0 ? pick(CAMPAIGNS, random) : "";
        this.browser = ",\"userAgent\":\"" + pick(BROWSERS, random) + "\"" + campaign;
    }

    SampleClick view(int page, String id, Instant time) {
        referrer = SHOP + path;
        path = "/p/" + page;
        var properties = "\"path\":\"" + path + "\"";
        return click("page", "", properties, id, time);
    }

    /** @param action name in the Segment ecommerce specification */
    SampleClick track(String action, int product, String id, Instant time) {
        var properties = "\"product_id\":\"SKU-" + product + "\",\"name\":\"Mug " + product + "\",\"price\":"
                + (product % 90 + 5) + ".5,\"quantity\":1";
        return click("track", "\"event\":\"" + action + "\",", properties, id, time);
    }

    private SampleClick click(String type, String event, String properties, String id, Instant time) {
        var json = "{\"type\":\"" + type + "\",\"messageId\":\"" + id + "\",\"source\":\"" + SampleClick.SOURCE
                + "\",\"anonymousId\":\"" + visitor + "\",\"timestamp\":\"" + time + "\",\"receivedAt\":\""
                + time.plus(NETWORK_TIME) + "\"," + event + "\"properties\":{" + properties
                + "},\"context\":{\"page\":{\"path\":\"" + path + "\",\"url\":\"" + SHOP + path
                + "\",\"title\":\"Shop\",\"referrer\":\"" + referrer + "\"}" + browser + "}}";
        return new SampleClick(visitor, id, type, time, json);
    }

    private static String pick(List<String> texts, Random random) {
        return texts.get(random.nextInt(texts.size()));
    }

    private static String campaign(String name, String source, String medium) {
        return ",\"campaign\":{\"name\":\"%s\",\"source\":\"%s\",\"medium\":\"%s\"}".formatted(name, source, medium);
    }
}

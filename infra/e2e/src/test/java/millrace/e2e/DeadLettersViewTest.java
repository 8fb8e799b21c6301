package millrace.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import millrace.events.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console's view of dead letters, in a browser: one is corrected, tried, redriven; one is discarded. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-5")
class DeadLettersViewTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String CUSTOMER = "kate-of-the-dead-letters";

    @BeforeAll
    static void waitLong() {
        PlaywrightAssertions.setDefaultAssertionTimeout(SOON.toMillis());
    }

    @Test
    void a_dead_letter_is_corrected_tried_and_redriven_with_what_is_parked_behind_it(RunningSystem system)
            throws IOException, InterruptedException {
        var number = "dead-" + TrackedOrders.HOSTILE;
        var id = deadLetter(system, number, 2);

        try (var browser = new ConsoleBrowser(system, ColorScheme.DARK)) {
            var page = browser.show("dead-letters");
            var row = page.locator("tr:has-text('" + number + "')");
            assertThat(row).containsText(letter(system, id).get("reason").asText());
            assertThat(row.locator("td").nth(4)).hasText("2");
            assertNothingHostile(page);
            ConsoleBrowser.assertAccessible(page);

            row.locator("a").click();
            assertThat(page.locator(".dead-letters-headers")).containsText("transactions.UnreadableOrderReported");
            assertThat(page.locator(".dead-letters-body")).containsText("shop/" + number);
            assertThat(page.locator("main")).not().containsText(CUSTOMER);
            page.locator("[data-show]").click();
            page.locator("text=Begin an OrderPlaced").click();
            assertThat(page.locator(".dead-letters-diff .added:has-text('\"currency\": \"EUR\"')"))
                    .isVisible();

            page.locator("textarea").fill("{}");
            page.locator("[data-dry-run]").click();
            assertThat(page.locator(".dead-letters-outcome")).containsText("would stay dead");
            page.locator("textarea").fill(corrected(system, id));
            page.locator("[data-dry-run]").click();
            assertThat(page.locator(".dead-letters-outcome")).containsText("would be applied");
            assertThat(letter(system, id).get("attempts").asInt()).isZero();

            page.locator("[data-redrive]").click();
            page.locator("[data-confirm]").click();
            assertThat(page.locator(".dead-letters-outcome")).containsText("And 2 that were parked behind it");
            assertThat(page.locator(".dead-letters-behind .badge")).hasText(new String[] {"applied", "applied"});
            assertThat(letter(system, id).get("state").asText()).isEqualTo("applied");
            assertNothingHostile(page);
            ConsoleBrowser.assertAccessible(page);

            page.locator("text=The order shop/").click();
            assertThat(page.locator(".orders-events li")).hasCount(3);
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void many_are_tried_in_order_and_one_is_discarded(RunningSystem system) throws IOException, InterruptedException {
        var first = deadLetter(system, "many-1", 0);
        var second = deadLetter(system, "many-2", 1);

        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("dead-letters");
            page.locator("label:has-text('Reason begins with') input").fill("The edge could not read");
            page.locator("label:has-text('Reason begins with') input").press("Tab");
            page.locator("[data-redrive-many]:text('shown')").click();
            page.locator("[data-confirm]").click();
            assertThat(page.locator(".dead-letters-run tr:has-text('shop/many-1')"))
                    .containsText("still dead");
            assertThat(page.locator(".dead-letters-run tr:has-text('shop/many-2')"))
                    .containsText("still dead");
            assertThat(page.locator(".dead-letters-run button:text('Close')")).isVisible();
            assertThat(letter(system, first).get("attempts").asInt()).isEqualTo(1);

            page.locator(".dead-letters-list a:text('shop/many-2')").click();
            page.locator("[data-discard]").click();
            page.locator("[data-confirm]").click();
            assertThat(page.locator(".dead-letters-outcome")).containsText("discarded");
            assertThat(page.locator(".dead-letters-behind .badge")).hasText("applied");
            assertThat(letter(system, second).get("state").asText()).isEqualTo("discarded");
            page.locator("text=All dead letters").click();
            page.locator("text=shop/many-1").first().click();
            page.locator("[data-discard]").click();
            page.locator("[data-confirm]").click();
            assertThat(page.locator("h1 .badge")).hasText("discarded");
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void a_difference_has_what_was_removed_and_what_was_added(RunningSystem system)
            throws IOException, InterruptedException {
        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("dead-letters");

            assertThat(difference(page, "a\nb\nc\nd", "a\nx\nc\nd\ne")).isEqualTo(" a\n-b\n+x\n c\n d\n+e");
            assertThat(difference(page, "", "")).isEqualTo(" ");
            assertThat(difference(page, "a\nb\na\nb", "b\na")).isEqualTo("-a\n b\n a\n-b");
        }
    }

    private static Object difference(Page page, String before, String after) {
        return page.evaluate("""
                async ([before, after]) => {
                  const { lineDiff } = await import('/lib/diff.js');
                  const signs = { same: ' ', removed: '-', added: '+' };
                  return lineDiff(before, after).map(({ kind, text }) => signs[kind] + text).join('\\n');
                }""", List.of(before, after));
    }

    /** Sends an order that the edge cannot read, and refunds behind it. Returns the id of the dead letter. */
    private static String deadLetter(RunningSystem system, String number, int behind)
            throws IOException, InterruptedException {
        var orders = new TrackedOrders(system);
        var product = Map.of("product_id", "MUG-01", "name", "Mug " + TrackedOrders.HOSTILE, "price", "many");
        orders.track(
                "Order Completed",
                CUSTOMER,
                Map.of("order_id", number, "currency", "EUR", "total", "much", "products", List.of(product)));
        var letters = "/dead-letters?key=" + TrackedOrders.part("shop/" + number);
        await("the dead letter of " + number)
                .atMost(SOON)
                .until(() -> system.query("orders", letters).size() == 1);
        for (var refund = 0; refund < behind; refund++) {
            orders.track("Order Refunded", CUSTOMER, Map.of("order_id", number, "currency", "EUR", "total", "1.00"));
        }
        await("what is parked behind " + number)
                .atMost(SOON)
                .until(() -> system.query("orders", letters).size() == 1 + behind);
        return system.query("orders", letters).get(0).get("id").asText();
    }

    private static JsonNode letter(RunningSystem system, String id) {
        return system.query("orders", "/dead-letters/" + id);
    }

    /** The order that the customer meant, with the fields of the report about it. */
    private static String corrected(RunningSystem system, String id) throws IOException {
        var report = Json.MAPPER.readTree(letter(system, id).get("body").asText());
        var line = Map.of(
                "productId", "MUG-01", "name", "Mug " + TrackedOrders.HOSTILE, "quantity", 2, "unitPriceMinor", 500);
        var placed = Json.MAPPER
                .createObjectNode()
                .put("type", "OrderPlaced")
                .put("eventId", report.get("eventId").asText())
                .put("source", "shop")
                .put("orderId", report.get("orderId").asText())
                .put("currency", "EUR")
                .put("totalMinor", 1000)
                .put("paid", true)
                .put("timestamp", report.get("timestamp").asText())
                .put("receivedAt", report.get("receivedAt").asText());
        placed.putArray("lines").add(Json.MAPPER.valueToTree(line));
        return Json.text(placed);
    }

    private static void assertNothingHostile(Page page) {
        assertThat(page.locator("main")).containsText(TrackedOrders.HOSTILE);
        assertThat(page.locator("main img")).hasCount(0);
    }
}

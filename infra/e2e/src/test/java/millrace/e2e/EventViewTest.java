package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console's view of one event, in a browser, and {@code bin/trace}, which prints the same. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-1")
class EventViewTest {
    private static final String HOSTILE = "<img src=x onerror=alert(1)>";
    private static final List<String> STEPS_OF_AN_ORDER = List.of(
            "Sent",
            "Accepted",
            "Appended",
            "Decided",
            "Outbox",
            "Appended",
            "State",
            "Attributed",
            "Revenue",
            "Archived",
            "Signed");

    @Test
    void an_order_that_is_placed_here_is_followed_to_its_checkpoint(RunningSystem system) throws Exception {
        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("event");
            button(page, "Place an order").click();
            page.waitForSelector(".badge.ok:has-text('all 11 steps')");

            assertThat(steps(page).allInnerTexts()).isEqualTo(STEPS_OF_AN_ORDER);
            var order = page.innerText("#event-title").replace("OrderPlaced ", "");
            var version =
                    system.query("orders", "/orders/" + order).get("version").asText();
            assertThat(row(page, "Decided")).contains("version " + version).contains("OrderAccepted");
            assertThat(row(page, "Revenue")).contains("23.30");
            var archived = system.query("audit", "/audit/orders/" + order + "?limit=10");
            assertThat(archived).anySatisfy(record -> {
                assertThat(record.path("channel").asText()).isEqualTo("orders");
                assertThat(row(page, "Archived"))
                        .contains("orders/%d/%d"
                                .formatted(
                                        record.path("partition").asInt(),
                                        record.path("offset").asLong()));
            });
            assertThat(page.innerText("pre"))
                    .contains("$(bin/key shop):")
                    .doesNotContain(system.property("write-key.shop"));
            ConsoleBrowser.assertAccessible(page);

            assertThat(system.run("bin/trace", order, "--within", "5s"))
                    .contains("OrderPlaced")
                    .contains("table history, version " + version)
                    .contains(order.substring(0, 4));
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void a_click_is_followed_and_hostile_text_stays_text(RunningSystem system) throws Exception {
        try (var browser = new ConsoleBrowser(system, ColorScheme.DARK)) {
            var page = browser.show("event");
            button(page, "Send a click").click();
            page.waitForSelector(".badge.ok:has-text('all 7 steps')");
            assertThat(row(page, "Page views")).contains("/sent-from-the-console");
            ConsoleBrowser.assertAccessible(page);

            system.run(
                    "curl",
                    "-sf",
                    "-u",
                    system.property("write-key.shop") + ":",
                    "-d",
                    "{\"messageId\": \"%s\", \"anonymousId\": \"%s\", \"properties\": {\"path\": \"/%s\"}}"
                            .formatted(HOSTILE, HOSTILE, HOSTILE),
                    system.url("web") + "/v1/page");
            page.fill("input[name=name]", HOSTILE);
            button(page, "Follow").click();
            page.waitForSelector("#event-title:has-text('onerror')");
            page.waitForSelector("td:has-text('/<img')");

            assertThat(page.innerText("#event-title")).isEqualTo("page " + HOSTILE);
            assertThat(page.locator("event-view img").count()).isZero();
            assertThat(browser.faults()).isEmpty();
        }
    }

    private static Locator button(Page page, String name) {
        return page.locator("event-view button", new Page.LocatorOptions().setHasText(name));
    }

    private static Locator steps(Page page) {
        return page.locator(".event-table tbody th");
    }

    private static String row(Page page, String step) {
        return page.locator(".event-table tbody tr", new Page.LocatorOptions().setHasText(step))
                .first()
                .innerText();
    }
}

package millrace.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import millrace.events.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The live numbers of the console: those of analytics, and beside them those that a feed expects. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-4")
class NumbersViewTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String HOSTILE = "<img src=x onerror=alert(1)>";

    private static ExpectedAnswers expected;

    @BeforeAll
    static void feed(RunningSystem system) throws IOException, InterruptedException {
        var file = system.directory.resolve("numbers.json");
        system.run("bin/feed", "shoppers", "--rate", "200", "--for", "3s", "--seed", "41", "--json", file.toString());
        expected = ExpectedAnswers.in(file);
    }

    @Test
    void what_a_feed_expects_stands_beside_what_was_counted(RunningSystem system) throws Exception {
        for (var theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (var browser = new ConsoleBrowser(system, theme)) {
                var page = browser.show("numbers/" + expected.text("name"));

                assertThat(page.getByText("16 of 16 numbers of " + expected.text("name")))
                        .isVisible();
                assertRow(page, "Visits, by campaign", expected.number("visits"), "equal");
                assertRow(page, "Orders accepted", expected.number("ordersAccepted"), "equal");
                assertRow(page, "Late events", expected.number("lateEvents"), "equal");
                assertRow(
                        page,
                        "Rejected events",
                        expected.number("rejectedEvents") + expected.number("rejectedOrders"),
                        "equal");
                ConsoleBrowser.assertAccessible(page);
                assertThat(browser.faults()).isEmpty();
            }
        }
    }

    @Test
    void a_number_that_is_not_as_expected_differs(RunningSystem system) throws Exception {
        var file = system.directory.resolve("data/expected/" + expected.text("name") + ".json");
        var content = Files.readString(file);
        var wrong = (ObjectNode) Json.MAPPER.readTree(content);
        wrong.withObject("/expected").put("ordersAccepted", expected.number("ordersAccepted") + 1);
        Files.writeString(file, Json.text(wrong));
        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("numbers");

            assertThat(row(page, "Orders accepted")).containsText("differs");
            assertThat(page.getByText("15 of 16 numbers")).isVisible();
        } finally {
            Files.writeString(file, content);
        }
    }

    @Test
    void sums_are_those_of_analytics_and_hostile_names_are_text(RunningSystem system) throws Exception {
        var order = "numbers-" + System.nanoTime();
        order(system, order, HOSTILE);
        await("the order is counted")
                .atMost(SOON)
                .until(() -> !bought(system, HOSTILE).isMissingNode());
        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("numbers");

            page.getByText("bought", new Page.GetByTextOptions().setExact(true)).click();
            assertThat(page.locator("td.mono", new Page.LocatorOptions().setHasText(HOSTILE)))
                    .isVisible();
            assertThat(page.locator("main img").count()).isZero();
            await("the page has the revenue of analytics")
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(page.locator("numbers-view .panel")
                                    .filter(new Locator.FilterOptions().setHasText("Revenue a minute"))
                                    .locator(".figure")
                                    .textContent()
                                    .replace(",", ""))
                            .isEqualTo(revenue(system)));
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void a_killed_process_is_a_mark(RunningSystem system) throws Exception {
        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("numbers");
            assertThat(page.locator("details.marks summary")).containsText(Pattern.compile("Marks in the charts"));

            system.kill("orders");

            page.locator("details.marks summary").click();
            assertThat(page.locator("details.marks li", new Page.LocatorOptions().setHasText("orders"))
                            .filter(new Locator.FilterOptions().setHasText("crashed")))
                    .isVisible();
            await("orders is back").atMost(SOON).until(() -> system.isReady("orders"));
            assertThat(browser.faults()).isEmpty();
        }
    }

    private static void order(RunningSystem system, String order, String product)
            throws IOException, InterruptedException {
        var body = Json.text(Map.of(
                "orderId",
                order,
                "customerId",
                "numbers",
                "currency",
                "GBP",
                "country",
                "GB",
                "lines",
                List.of(Map.of("productId", product, "quantity", 5_000, "unitPrice", "0.01"))));
        system.run(
                "curl",
                "-sS",
                "--fail-with-body",
                "-u",
                system.property("write-key.shop") + ":",
                "-d",
                body,
                system.url("web") + "/orders");
    }

    private static void assertRow(Page page, String name, int number, String verdict) {
        var cells = row(page, name).locator("td");
        var text = "%,d".formatted(number);
        assertThat(cells.nth(1)).hasText(text);
        assertThat(cells.nth(2)).hasText(text);
        assertThat(cells.nth(5)).hasText(verdict);
    }

    private static Locator row(Page page, String name) {
        return page.locator("#expected tr").filter(new Locator.FilterOptions().setHasText(name));
    }

    private static JsonNode bought(RunningSystem system, String product) {
        for (var row : system.query("analytics", "/top-products?by=bought&limit=1000")) {
            if (row.path("productId").asText().equals(product)) {
                return row;
            }
        }
        return MissingNode.getInstance();
    }

    /** Revenue of the last hour in the currency with the most orders, as the page writes it. */
    private static String revenue(RunningSystem system) {
        var sum = BigDecimal.ZERO;
        for (var row : system.query(
                "analytics", "/revenue?limit=10000&from=" + Instant.now().minus(Duration.ofHours(1)))) {
            if (row.path("currency").asText().equals("GBP")) {
                sum = sum.add(new BigDecimal(row.path("revenue").asText()));
            }
        }
        return sum.toPlainString() + " GBP";
    }
}

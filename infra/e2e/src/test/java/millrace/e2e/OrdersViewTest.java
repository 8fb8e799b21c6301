package millrace.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console's view of orders, in a browser: what is refused, the state as of a moment, and personal data. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-5")
class OrdersViewTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String CUSTOMER = "kate-of-the-orders-view";
    private static final String NUMBER = "seen/" + TrackedOrders.HOSTILE;
    private static final String ORDER = "orders/shop/" + TrackedOrders.part(NUMBER);

    @BeforeAll
    static void waitLong() {
        PlaywrightAssertions.setDefaultAssertionTimeout(SOON.toMillis());
    }

    @Test
    void an_order_is_changed_seen_as_of_each_moment_and_uncovered_on_the_record(RunningSystem system)
            throws IOException, InterruptedException {
        place(system);

        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show(ORDER);
            assertThat(page.locator("h1")).containsText("shop/" + NUMBER);
            assertThat(page.locator(".orders-events li")).hasCount(1);

            act(page, "deliver");
            assertThat(page.locator(".orders-outcome")).containsText("only a shipped order is delivered");
            act(page, "ship");
            assertThat(page.locator(".orders-outcome")).containsText("It became version 3");
            assertThat(page.locator(".orders-events li.refused")).containsText("only a shipped order is delivered");
            assertThat(page.locator("h1 .badge")).hasText("shipped");

            // fork: audit
            assertStates(system, page);
            assertUncovering(page);
            // fork: end
            assertNothingHostile(page);
            ConsoleBrowser.assertAccessible(page);
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void the_lists_are_those_of_the_service_and_of_the_channel(RunningSystem system)
            throws IOException, InterruptedException {
        place(system);

        try (var browser = new ConsoleBrowser(system, ColorScheme.DARK)) {
            var page = browser.show("orders");
            assertThat(page.locator(".orders-latest tbody a").first()).isVisible();
            assertThat(page.locator(".orders-table tbody a").first()).isVisible();

            page.locator("select").selectOption("rejected");
            assertThat(page.locator(".orders-table tbody .badge:not(:text('rejected'))"))
                    .hasCount(0);
            var rejected = system.query("orders", "/orders?limit=25&status=rejected");
            assertThat(page.locator(".orders-table tbody a"))
                    .hasText(StreamSupport.stream(rejected.spliterator(), false)
                            .map(order -> order.get("orderId").asText())
                            .toArray(String[]::new));

            page.locator("[name=id]").fill("shop/" + NUMBER);
            page.locator("[name=id]").press("Enter");
            assertThat(page.locator("h1")).containsText("shop/" + NUMBER);
            assertNothingHostile(page);
            page.goBack();
            assertThat(page.locator(".orders-table")).isVisible();
            ConsoleBrowser.assertAccessible(page);
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void an_answer_for_a_former_filter_is_not_shown(RunningSystem system) throws IOException, InterruptedException {
        place(system);

        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("orders");
            assertThat(page.locator(".orders-table tbody a").first()).isVisible();
            var former = new HeldRequests(page, "**/api/orders?country=Nowhere*");
            page.getByLabel("Country").fill("Nowhere");
            page.getByLabel("Country").press("Tab");
            page.waitForCondition(() -> !former.isEmpty());

            page.getByLabel("Country").fill("");
            page.waitForResponse(
                            response -> response.url().endsWith("/api/orders?"),
                            () -> page.getByLabel("Country").press("Tab"))
                    .finished();
            former.release();

            assertThat(page.locator(".orders-table .empty").count()).isZero();
            assertThat(page.locator(".orders-table tbody a").count()).isPositive();
        }
    }

    @Test
    void a_view_that_was_left_before_its_answer_leaves_the_stream_to_the_next_one(RunningSystem system)
            throws IOException, InterruptedException {
        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("faults");
            var late = new HeldRequests(page, "**/api/partitions");
            page.evaluate("location.hash = '#/partitions'");
            page.waitForCondition(() -> !late.isEmpty());
            page.evaluate("location.hash = '#/orders'");
            assertThat(page.locator("orders-view h1")).isVisible();

            late.release();
            place(system, "after-the-late-answer");

            assertThat(page.locator(".orders-latest")).containsText("after-the-late-answer");
        }
    }

    private static void place(RunningSystem system) throws IOException, InterruptedException {
        place(system, NUMBER);
    }

    private static void place(RunningSystem system, String number) throws IOException, InterruptedException {
        var product =
                Map.of("product_id", "MUG-01", "name", "Mug " + TrackedOrders.HOSTILE, "price", "5.00", "quantity", 2);
        new TrackedOrders(system)
                .track(
                        "Order Completed",
                        CUSTOMER,
                        Map.of("order_id", number, "currency", "EUR", "total", "10.00", "products", List.of(product)));
        system.query("orders", "/orders/shop/" + TrackedOrders.part(number) + "?wait=10s");
    }

    private static void act(Page page, String action) {
        page.locator("[data-action=" + action + "]").click();
        page.locator("[data-confirm]").click();
    }

    // fork: audit
    /** The state at each stop of the slider is the one that audit answers for that moment. */
    private static void assertStates(RunningSystem system, Page page) {
        page.waitForCondition(() -> {
            page.locator("text=Ask again").click();
            return page.locator("input[type=range]").getAttribute("max").equals("2");
        });
        for (var stop = 2; stop >= 0; stop--) {
            assertThat(page.locator(".orders-as-of")).containsText(stop + 1 + " of 3");
            var moment = page.locator(".orders-moment").textContent();
            var state = system.query(
                            "audit",
                            "/audit/orders/shop/" + TrackedOrders.part(NUMBER) + "/state?at="
                                    + TrackedOrders.part(moment))
                    .get("value");
            for (var field : List.of("status", "version", "totalMinor", "changedAt")) {
                assertThat(page.locator(".orders-state tr:has(th:text-is('" + field + "')) td")
                                .first())
                        .hasText(state.get(field).asText());
            }
            if (stop > 0) {
                page.locator("[aria-label=Earlier]").click();
            }
        }
        var again = new HeldRequests(page, "**/archive");
        page.locator("text=Ask again").click();
        page.waitForCondition(() -> !again.isEmpty());
        again.release();
        assertThat(page.locator(".orders-as-of").textContent())
                .as("the moment that was chosen stays chosen")
                .contains("1 of 3");
    }

    private static void assertUncovering(Page page) {
        assertThat(page.locator(".orders-person")).containsText("customerId");
        assertThat(page.locator("main")).not().containsText(CUSTOMER);
        assertThat(page.locator(".orders-person")).containsText("before it answers");

        page.locator(".orders-person button:text('Show')").click();

        assertThat(page.locator(".orders-person td").first()).hasText(CUSTOMER);
        var event = page.locator(".orders-person button.link").textContent();
        assertThat(page.locator("tr.chosen")).containsText(event);
        assertThat(page.locator("tr.chosen")).containsText("back-office");
        page.locator("text=Cover again").click();
        assertThat(page.locator("main")).not().containsText(CUSTOMER);
    }
    // fork: end

    private static void assertNothingHostile(Page page) {
        assertThat(page.locator("main")).containsText(TrackedOrders.HOSTILE);
        assertThat(page.locator("main img")).hasCount(0);
    }
}

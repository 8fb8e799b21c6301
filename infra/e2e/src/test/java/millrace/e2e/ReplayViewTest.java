package millrace.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import millrace.events.Json;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import millrace.paas.PlatformVars;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console's view of replays, in a browser: a generation of orders is built, compared, uncovered and removed; one takes over. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-2")
class ReplayViewTest {
    private static final String HOSTILE = "<img src=x onerror=alert(1)>";
    private static final String RECEIPT = """
            {"type":"ReplayReceipt","id":"00000000-000000-000-0000","consumer":"nobody","action":"run","generation":2,
            "by":"%1$s","begin":"2024-05-01T12:00:00Z","end":"2024-05-01T12:00:09Z","partial":false,"ranges":[],
            "records":12,"outcome":"%1$s"}""".formatted(HOSTILE);
    private static final LocatorAssertions.ContainsTextOptions SOON =
            new LocatorAssertions.ContainsTextOptions().setTimeout(180_000);

    @Test
    void a_generation_is_built_beside_the_live_one_compared_and_removed(RunningSystem system)
            throws IOException, InterruptedException, SQLException {
        system.run("bin/feed", "shoppers", "--rate", "100", "--for", "5s", "--seed", "95");
        system.run("bin/kafka", "topics:write", "--key", "nobody/00000000-000000-000-0000", "generations", RECEIPT);

        try (var browser = new ConsoleBrowser(system, ColorScheme.DARK)) {
            var page = browser.show("replay");
            assertThat(orders(page)).containsText("generation 1 is live");
            assertThat(orders(page)).containsText("There is no generation beside it.");
            assertThat(orders(page).locator("[data-verb=switch]")).isDisabled();

            press(page, "run");
            assertThat(status(page)).containsText("bin/replay run orders --until-caught-up");
            page.close();
            var again = browser.show("replay");
            assertThat(status(again)).containsText("ended well", SOON);
            assertThat(output(again)).containsText("Both are equal, digest ");
            assertThat(orders(again)).containsText("orders-g2");
            assertThat(orders(again).locator("progress")).hasCount(2);

            var order = change(system);
            press(again, "compare");
            var rows = again.locator("#replay-comparison");
            assertThat(rows).containsText(order, SOON);
            assertThat(rows.locator("tr", new Locator.LocatorOptions().setHasText("customer_id")))
                    .containsText("•••");
            assertThat(rows).not().containsText(HOSTILE);
            rows.locator("[data-uncover]").first().click();
            assertThat(rows).containsText(HOSTILE);
            ConsoleBrowser.assertAccessible(again);

            assertReceipts(system, again);
            confirm(again, "drop");
            assertThat(output(again)).containsText("Generation 2 of orders is gone.", SOON);
            assertThat(orders(again)).containsText("There is no generation beside it.");
            assertThat(again.locator("main img")).hasCount(0);
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void a_generation_takes_over_and_gives_back(RunningSystem system) throws IOException, InterruptedException {
        system.run("bin/feed", "shoppers", "--rate", "50", "--for", "3s", "--seed", "96");

        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("replay");
            press(page, "run");
            assertThat(output(page)).containsText("Both are equal, digest ", SOON);
            confirm(page, "switch");
            assertThat(output(page)).containsText("Generation 2 of orders is live.", SOON);
            assertThat(orders(page)).containsText("generation 2 is live");
            confirm(page, "rollback");
            assertThat(output(page)).containsText("Generation 1 of orders is live.", SOON);
            assertThat(orders(page)).containsText("generation 1 is live");

            confirm(page, "drop");
            assertThat(output(page)).containsText("Generation 2 of orders is gone.", SOON);
            await("orders are back").atMost(Duration.ofSeconds(180)).until(() -> system.isReady("orders"));
            assertThat(browser.faults()).isEmpty();
        }
    }

    private static void confirm(Page page, String verb) {
        press(page, verb);
        page.locator("[data-confirm]").click();
    }

    private static Locator output(Page page) {
        return page.locator(".replay-output");
    }

    private static void assertReceipts(RunningSystem system, Page page) throws IOException, InterruptedException {
        var receipts = system.run("bin/replay", "receipts", "--json").lines().toList();
        var table = page.locator(".replay-receipts tbody tr");
        assertThat(table).hasCount(receipts.size());
        assertThat(table.first())
                .containsText(
                        Json.MAPPER.readTree(receipts.getLast()).get("outcome").asText());
        assertThat(table.last()).containsText(HOSTILE);
    }

    /** Changes one order of the generation that is not live, and returns its id. */
    private static String change(RunningSystem system) throws SQLException {
        var vars = PlatformVars.startedIn(system.directory).orElseThrow();
        var database = PaasSettings.from(vars, Set.of(Need.DATABASE)).database().orElseThrow();
        try (var connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                var statement = connection.prepareStatement("""
                        UPDATE orders_g2.orders SET customer_id = ?, total = total + 1
                        WHERE id = (SELECT min(id) FROM orders_g2.orders) RETURNING id""")) {
            statement.setString(1, HOSTILE);
            try (var row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private static Locator orders(Page page) {
        return page.locator(".replay-consumer[aria-label=orders]");
    }

    private static Locator status(Page page) {
        return page.locator(".replay-command [role=status]");
    }

    private static void press(Page page, String verb) {
        orders(page).locator("[data-verb=" + verb + "]").click();
    }
}

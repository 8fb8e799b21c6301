package millrace.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import millrace.events.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Faults come and go on the page and with the command, and a console that was killed undoes them. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-3")
class FaultsViewTest {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String HOSTILE = "<img src=x onerror=alert(1)>";

    private final RunningSystem system;

    FaultsViewTest(RunningSystem system) {
        this.system = system;
    }

    /** It starts last, and starts again after it was killed. */
    @BeforeEach
    void awaitConsole() {
        await("the console answers").atMost(SOON).untilAsserted(() -> system.run("bin/faults"));
    }

    @AfterEach
    void undo() throws Exception {
        system.run("bin/faults", "undo");
        await("all is well again").atMost(SOON).until(system::allReady);
    }

    @Test
    void a_fault_of_the_page_and_one_of_the_command_are_undone_by_the_other() throws Exception {
        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("faults");
            page.getByLabel("Kind").selectOption("slow");
            page.getByLabel("Process").selectOption("orders.1");
            page.getByLabel("Seconds").first().fill("600");
            page.getByText("Do it", exactly()).click();
            page.getByText("Press again to do it").click();
            assertThat(page.locator(".faults-now")).containsText("slow to 20 %");
            assertThat(page.locator(".faults-now")).containsText("10 min");
            ConsoleBrowser.assertAccessible(page);

            assertThat(system.run("bin/faults")).contains("slow   orders.1 20");
            assertThat(system.run("bin/ps")).contains("at 20 %");
            assertThat(system.run("bin/faults", "undo")).contains("Undone by bin/faults.");
            assertThat(page.locator(".faults-now")).containsText("Nothing is disturbed.");
            assertThat(page.locator(".faults-history")).containsText("Undone by bin/faults.");

            system.run("bin/faults", "do", "pause", "orders", "--for=600");
            page.getByLabel("Undo pause of orders").click();
            assertThat(page.locator(".faults-now")).containsText("Nothing is disturbed.");
            assertThat(system.run("bin/ps")).doesNotContain("paused");
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void a_console_that_was_killed_undoes_what_is_due() throws Exception {
        system.run("bin/faults", "do", "pause", "orders.1", "--for=5");

        system.run("bin/ps", "kill", "console");

        await("the fault is undone")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(
                                faults().path("history").path(0).path("outcome").asText())
                        .isEqualTo("Undone when its time was over."));
        assertThat(system.run("bin/ps")).doesNotContain("paused");
    }

    @Test
    void a_game_stops_by_itself_and_leaves_nothing_behind() throws Exception {
        system.run("bin/faults", "game", "--seed=3", "--for=12", "--every=3");

        awaitThat("the game ends", () -> faults().path("game").has("endedAt"));

        awaitThat("nothing is in force", () -> faults().path("current").isEmpty());
        assertThat(faults().path("history").path(0).path("by").asText()).isEqualTo("game");
    }

    @Test
    void who_says_to_have_done_it_is_shown_as_text() throws Exception {
        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("faults");

            page.evaluate("""
                    async (by) => {
                      const { post } = await import('/lib/api.js');
                      await post('/api/faults', { kind: 'slow', process: 'orders.1', value: 90, seconds: 60, by });
                    }
                    """, HOSTILE);

            assertThat(page.locator(".faults-now")).containsText(HOSTILE);
            assertThat(page.locator("main img")).hasCount(0);
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void a_page_that_is_opened_while_the_brokers_do_not_answer_shows_what_runs() throws Exception {
        try (var browser = new ConsoleBrowser(system)) {
            system.run("bin/faults", "do", "pause", "kafka-1", "--for=600");

            var page = browser.show("mill");

            assertThat(page.getByLabel(Pattern.compile("^Process web, up"))).isVisible();
            assertThat(page.locator(".notice.bad")).containsText("The brokers do not answer");
            assertThat(page.getByLabel("Channel clicks, …")).isVisible();
            assertThat(page.locator(".figures")).containsText("events in—");
            system.run("bin/faults", "undo");
            assertThat(page.getByLabel(Pattern.compile("^Channel clicks, [0-9]")))
                    .isVisible();
            assertThat(page.locator(".notice.bad")).hasCount(0);
        }
    }

    private static void awaitThat(String what, Callable<Boolean> condition) {
        await(what).atMost(SOON).until(condition);
    }

    private JsonNode faults() throws Exception {
        return Json.MAPPER.readTree(system.run("bin/faults", "--json"));
    }

    private static Page.GetByTextOptions exactly() {
        return new Page.GetByTextOptions().setExact(true);
    }
}

package millrace.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console's view of the ledger, in a browser: its lines are those of audit, and records are shown as text, masked. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-2")
class LedgerViewTest {
    private static final String HOSTILE = "<img src=x onerror=alert(1)>";
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void lines_are_those_of_audit_and_their_records_are_text_without_personal_data(RunningSystem system)
            throws IOException, InterruptedException {
        var minute = Instant.now().plus(Duration.ofMinutes(1)).truncatedTo(ChronoUnit.MINUTES);
        await("no other test has written in this minute")
                .atMost(Duration.ofSeconds(70))
                .until(() -> !Instant.now().isBefore(minute));
        var click = "{\"messageId\":\"ledger-view\",\"anonymousId\":\"personal-7\",\"properties\":{\"path\":\"/%s\"}}"
                .formatted(HOSTILE);
        system.run(
                "curl",
                "--silent",
                "--fail",
                "--user",
                system.property("write-key.shop") + ":",
                "--data",
                click,
                system.url("web") + "/v1/page");
        await("the record is on the channel")
                .atMost(SOON)
                .until(() -> line(system, "clicks")
                        .filter(line -> line.get("minute").asText().equals(minute.toString()))
                        .isPresent());

        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("ledger");
            page.locator(".ledger-cell").first().waitFor();
            assertFirstMinuteHasNotEnded(page);
            assertLinesAreThoseOfAudit(system, page);

            page.navigate(browser.url() + "/#/ledger/clicks/" + minute);
            var value = page.locator(".ledger-value").filter(new Locator.FilterOptions().setHasText("ledger-view"));
            assertThat(value.first()).containsText("\"path\":\"/" + HOSTILE);
            assertThat(value.first()).containsText("\"anonymousId\":\"•••\"");
            assertThat(page.locator("#ledger-line")).not().containsText("personal-7");
            assertThat(page.locator("main img")).hasCount(0);
            ConsoleBrowser.assertAccessible(page);
            assertThat(browser.faults()).isEmpty();
        }
    }

    /** A line that does not balance takes a fault of the system: the page is given one. */
    @Test
    void the_first_line_that_does_not_balance_is_named_at_the_top_in_red(RunningSystem system)
            throws IOException, InterruptedException {
        try (var browser = new ConsoleBrowser(system, ColorScheme.DARK)) {
            var page = browser.show("ledger");
            page.locator(".ledger-verdict .notice").waitFor();

            page.evaluate("""
                    const view = document.querySelector('ledger-view');
                    const line = (channel, minute, state, why) => ({ channel, minute, onChannel: 8, counted: [], state, why, difference: -2 });
                    const first = line('orders', '2024-05-01T12:01:00Z', 'unbalanced', '10 written, 8 on the channel: 2 missing');
                    view.asked = {
                      from: '2024-05-01T12:00:00Z', to: '2024-05-01T12:03:00Z', notes: ['<img src=x onerror=alert(1)>'], channels: ['clicks', 'orders'],
                      firstUnbalanced: first,
                      lines: [first, line('clicks', '2024-05-01T12:01:00Z', 'unknown', 'web was killed'), line('orders', '2024-05-01T12:02:00Z', 'unbalanced', 'later')],
                    };
                    view.minutes = 60;
                    view.update();""");

            assertThat(page.locator("[data-first]"))
                    .containsText("orders, " + page.evaluate("new Date('2024-05-01T12:01:00Z').getFullYear()"));
            assertThat(page.locator("[data-first]")).containsText("10 written, 8 on the channel: 2 missing");
            assertThat(page.locator(".ledger-cell.first"))
                    .hasAttribute("aria-label", Pattern.compile("orders .*does not balance"));
            assertThat(page.locator(".ledger-cell.unknown"))
                    .hasAttribute("aria-label", Pattern.compile("clicks .*unknown"));
            assertThat(page.locator(".notice.warn")).hasText(HOSTILE);
            ConsoleBrowser.assertAccessible(page);
            assertThat(browser.faults()).isEmpty();
        }
    }

    private static void assertFirstMinuteHasNotEnded(Page page) {
        var newest = page.locator(".ledger tbody tr").first();
        assertThat(newest).containsText("not ended");
        assertThat(newest).containsText("the minute is not over, or has just ended");
    }

    /** Lines of minutes that have ended do not change any more. */
    private static void assertLinesAreThoseOfAudit(RunningSystem system, Page page) {
        for (var line : system.query("audit", "/audit/ledger").get("lines")) {
            if (line.get("state").asText().equals("balanced")) {
                var label = "%s %s: %s records, balanced"
                        .formatted(
                                line.get("channel").asText(),
                                page.evaluate(
                                        "at => new Date(at).toLocaleTimeString('en-GB').slice(0, 5)",
                                        line.get("minute").asText()),
                                page.evaluate(
                                        "number => new Intl.NumberFormat('en').format(number)",
                                        line.get("onChannel").asInt()));
                assertThat(page.locator(".ledger-cell[aria-label='" + label + "']"))
                        .hasCount(1);
            }
        }
    }

    private static Optional<JsonNode> line(RunningSystem system, String channel) {
        var lines = system.query("audit", "/audit/ledger").get("lines");
        return StreamSupport.stream(lines.spliterator(), false)
                .filter(line -> line.get("channel").asText().equals(channel))
                .reduce((earlier, later) -> later);
    }
}

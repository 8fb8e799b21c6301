package millrace.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import java.util.regex.Pattern;
import millrace.events.Catalogue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The house of the console: memory, plan, certificates and topics of a running system. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-4")
class HouseViewTest {
    @Test
    void memory_topics_and_certificates_are_those_of_the_system(RunningSystem system) throws Exception {
        for (var theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (var browser = new ConsoleBrowser(system, theme)) {
                var page = browser.show("house");

                for (var process : RunningSystem.processes().toList()) {
                    var row = page.locator(".house-memory tr").filter(new Locator.FilterOptions().setHasText(process));
                    assertThat(row.first())
                            .containsText(Pattern.compile(
                                    "up\\s+[1-9][0-9]+ MiB\\s+512 MiB\\s+[0-9.]+\\s%\\s+below the limit"));
                }
                assertThat(page.getByText("%d as in the catalogue; %d partitions"
                                .formatted(
                                        Catalogue.entries().size(),
                                        Catalogue.entries().stream()
                                                .mapToInt(Catalogue.Entry::partitions)
                                                .sum())))
                        .isVisible();
                assertThat(page.locator(".house-certificates tr")
                                .filter(new Locator.FilterOptions().setHasText("KAFKA_CLIENT_CERT")))
                        .containsText(Pattern.compile("3,6[0-9][0-9]\\s+valid"));
                assertThat(page.locator(".house-panels")).containsText("heroku-kafka:");
                ConsoleBrowser.assertAccessible(page);
                assertThat(browser.faults()).isEmpty();
            }
        }
    }
}

package millrace.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import millrace.events.Json;
import millrace.local.Procfile;
import millrace.paas.Ports;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The console as an app of its own has: the line of its Procfile, config vars, and no data directory. A person types the
 * key of a reader, sees what is there, and can change nothing.
 */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
class ConsoleOnPaasTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void a_reader_types_a_key_and_sees_and_can_change_nothing(RunningSystem system) throws Exception {
        var port = Ports.free(0);
        var console = start(system, port);
        try (var browser = new ConsoleBrowser(system)) {
            var url = "http://localhost:" + port;
            await("the console answers").atMost(SOON).until(() -> answers(browser, url));
            var page = browser.context().newPage();
            page.navigate(url);

            key(page, "a wrong key");
            assertThat(page.getByText("No service accepts this API key.")).isVisible();
            key(page, system.property("api-key.reader"));

            assertThat(page.getByLabel(Pattern.compile("^Process orders, up,"))).isVisible();
            // fork: analytics
            assertThat(page.getByLabel(Pattern.compile("^Process analytics, unknown,")))
                    .isVisible();
            // fork: end
            page.getByLabel(Pattern.compile("^Process orders,")).click();
            assertThat(page.getByText("Group orders")).isVisible();
            assertThat(page.getByText("Kill")).hasCount(0);
            assertThat(page.locator("#navigation")).not().containsText("Faults");
            page.getByText("House", new Page.GetByTextOptions().setExact(true)).click();
            assertThat(page.locator("house-view")).containsText("as in the catalogue");
            assertThat(page.locator("house-view")).containsText("KAFKA_CLIENT_CERT");
            assertThat(page.locator("house-view")).containsText("cannot be read from here");
            assertThat(status(page, "/api/faults")).isEqualTo(404);
            assertThat(status(page, "/api/mill/scale")).isEqualTo(404);
        } finally {
            console.destroy();
            assertThat(console.waitFor(SOON.toSeconds(), TimeUnit.SECONDS))
                    .as("it stops when it is told to")
                    .isTrue();
        }
    }

    private static Process start(RunningSystem system, int port) throws IOException {
        var command = Procfile.read(RunningSystem.ROOT.resolve("infra/console/Procfile"))
                .processes()
                .getFirst()
                .command();
        var builder = new ProcessBuilder("/bin/sh", "-c", command)
                .directory(RunningSystem.ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(system.directory.resolve("console-on-paas.log").toFile());
        Map<String, String> vars = Json.MAPPER.readValue(
                Path.of(system.directory.toString(), "config-vars.json").toFile(), new TypeReference<>() {});
        builder.environment().remove("MILLRACE_HOME");
        builder.environment().putAll(vars);
        builder.environment().put("PORT", Integer.toString(port));
        builder.environment().put("ORDERS_URL", system.url("orders"));
        // fork: audit
        builder.environment().put("AUDIT_URL", system.url("audit"));
        // fork: end
        return builder.start();
    }

    private static boolean answers(ConsoleBrowser browser, String url) {
        try {
            return browser.context().request().get(url + "/q/health/ready").ok();
        } catch (RuntimeException notYet) {
            return false;
        }
    }

    private static void key(Page page, String key) {
        page.getByLabel("API key of a reader").fill(key);
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Open").setExact(true))
                .click();
    }

    /** Status of a change that is asked for as the page itself would. */
    private static int status(Page page, String path) {
        return (int) page.evaluate("""
                async (path) => {
                  const { address } = await import('/lib/api.js');
                  return (await fetch(address(path), { method: 'POST', headers: { 'X-Console': '1' }, body: '{}' })).status;
                }
                """, path);
    }
}

package millrace.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console of a running system in a browser: each view opens, in both themes, and the mill shows what is there. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
class ConsoleTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void every_view_opens_without_a_fault_and_is_accessible(RunningSystem system) throws Exception {
        assertViews(system, ColorScheme.LIGHT);
    }

    @Test
    @Tag("long")
    void every_view_is_accessible_in_the_dark_theme_too(RunningSystem system) throws Exception {
        assertViews(system, ColorScheme.DARK);
    }

    @Test
    void the_mill_shows_the_processes_and_what_flows(RunningSystem system) throws Exception {
        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("mill");

            RunningSystem.processes()
                    .forEach(process -> assertThat(page.getByLabel(Pattern.compile("^Process " + process + ", up,")))
                            .isVisible());
            assertThat(page.getByLabel(Pattern.compile("^Channel clicks, [1-9]")))
                    .isVisible();
            page.getByLabel(Pattern.compile("^Channel clicks,")).click();
            // fork: analytics
            assertThat(page.getByLabel("Details of clicks")).containsText("analytics");
            // fork: end
            assertThat(browser.faults()).isEmpty();
        }
    }

    // fork: analytics
    @Test
    @Tag("long")
    void a_consumer_that_is_killed_on_the_page_comes_back_and_works_its_lag_off(RunningSystem system) throws Exception {
        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("mill");
            page.getByLabel(Pattern.compile("^Process analytics, up,")).click();
            var killed = system.handles("analytics").findFirst().orElseThrow();

            page.getByText("Kill", new Page.GetByTextOptions().setExact(true)).click();
            page.getByText("Sure?").click();

            await("analytics is killed").atMost(SOON).until(() -> !killed.isAlive());
            assertThat(page.getByLabel(Pattern.compile("^Process analytics, (?!up)")))
                    .isVisible();
            assertThat(page.getByLabel(Pattern.compile("^Process analytics, up, lag [0-9]{1,2} ")))
                    .isVisible();
            assertThat(browser.faults()).isEmpty();
        }
    }
    // fork: end

    @Test
    @Tag("long")
    void the_page_of_another_port_can_do_nothing(RunningSystem system) throws Exception {
        try (var browser = new ConsoleBrowser(system);
                var http = HttpClient.newHttpClient()) {
            var page = browser.context().newPage();
            page.navigate(system.url("web") + "/q/health/ready");

            var statuses = page.evaluate("""
                    async (url) => {
                      const status = (path, options) => fetch(url + path, { mode: 'no-cors', credentials: 'include', ...options })
                        .then((answer) => answer.type === 'opaque' ? 'opaque' : answer.status, () => 'refused');
                      return [
                        await status('/api/mill/map'),
                        await status('/api/faults', { method: 'POST', body: '{"kind":"kill","process":"orders.1"}' }),
                      ];
                    }
                    """, browser.url());

            assertThat((List<?>) statuses)
                    .as("answers that the page can read")
                    .isEqualTo(List.of("refused", "refused"));
            assertThat(system.isReady("orders")).isTrue();
            var direct = HttpRequest.newBuilder(URI.create(browser.url() + "/api/mill/map"))
                    .header("Sec-Fetch-Site", "same-site")
                    .build();
            assertThat(http.send(direct, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(403);
        }
    }

    /** A browser sends the cookies of a host to all its ports, those of other users' programs among them. */
    @Test
    @Tag("long")
    void a_server_on_another_port_gets_no_cookie_of_the_console(RunningSystem system) throws Exception {
        var cookies = new LinkedBlockingQueue<String>();
        var other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            try (exchange) {
                cookies.add(String.valueOf(exchange.getRequestHeaders().getFirst("Cookie")));
                exchange.sendResponseHeaders(200, -1);
            }
        });
        other.start();
        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("mill");
            assertThat(page.locator("mill-view h1")).isVisible();

            page.navigate("http://%s:%d/"
                    .formatted(
                            URI.create(browser.url()).getHost(),
                            other.getAddress().getPort()));

            assertThat(cookies)
                    .isNotEmpty()
                    .allSatisfy(cookie -> assertThat(cookie).doesNotContain("console-"));
        } finally {
            other.stop(0);
        }
    }

    @Test
    void an_address_with_a_stray_percent_sign_opens_the_view(RunningSystem system) throws Exception {
        try (var browser = new ConsoleBrowser(system)) {
            assertThat(browser.show("mill/100%").locator("mill-view h1")).isVisible();
            assertThat(browser.faults()).isEmpty();
        }
    }

    private static void assertViews(RunningSystem system, ColorScheme theme) throws Exception {
        try (var browser = new ConsoleBrowser(system, theme)) {
            for (var view : views(browser)) {
                var page = browser.show(view);
                ConsoleBrowser.assertAccessible(page);
                ConsoleBrowser.assertStable(page);
                page.close();
            }
            assertThat(browser.faults()).isEmpty();
        }
    }

    /** Names of the views in the navigation. */
    private static List<String> views(ConsoleBrowser browser) {
        var page = browser.show("mill");
        var links = page.locator("#navigation a").all();
        assertThat(links).isNotEmpty();
        var names = links.stream()
                .map(link -> link.getAttribute("href").replace("#/", ""))
                .toList();
        page.close();
        return names;
    }
}

package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Debian's chromium with a session at the console of a running system. Everything that goes wrong in the page is kept:
 * exceptions, what the content security policy refuses, and failed requests.
 */
final class ConsoleBrowser implements AutoCloseable {
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 720;

    /** Of every wait for something on the page. */
    private static final int WITHIN_MS = 60_000;

    /** Keeps what moves on a page without an input of the person: the Layout Instability API of the W3C. */
    private static final String WATCH_SHIFTS = """
            globalThis.shifts = [];
            new PerformanceObserver((list) => shifts.push(...list.getEntries().filter((shift) => !shift.hadRecentInput)))
                .observe({ type: 'layout-shift', buffered: true });
            """;

    static {
        PlaywrightAssertions.setDefaultAssertionTimeout(WITHIN_MS);
    }

    private final Playwright playwright;
    private final Browser browser;
    private final BrowserContext context;
    private final String url;
    private final List<String> faults = new CopyOnWriteArrayList<>();

    /** Opens the console with an address that {@code bin/console} prints. Skips the test where there is no chromium. */
    ConsoleBrowser(RunningSystem system, ColorScheme theme) throws IOException, InterruptedException {
        var chromium = chromium();
        assumeTrue(chromium.isPresent(), "The console is not tried in a browser: chromium is not on the PATH.");
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium.get())
                        .setArgs(List.of("--no-sandbox")));
        context = browser.newContext(
                new Browser.NewContextOptions().setViewportSize(WIDTH, HEIGHT).setColorScheme(theme));
        context.addInitScript(WATCH_SHIFTS);
        // bin/up starts the console after the services.
        await("the console begins")
                .atMost(Duration.ofSeconds(60))
                .until(() -> Files.exists(system.directory.resolve("console.properties")));
        var address = system.run("bin/console").strip();
        url = address.replaceFirst("/\\?.*", "");
        var page = context.newPage();
        page.navigate(address);
        page.close();
    }

    ConsoleBrowser(RunningSystem system) throws IOException, InterruptedException {
        this(system, ColorScheme.LIGHT);
    }

    /** Address of the console, without a path. */
    String url() {
        return url;
    }

    BrowserContext context() {
        return context;
    }

    /** Opens a view in a page of its own, such as {@code mill} or {@code event/ORDER}, and waits for its heading. */
    Page show(String view) {
        var page = context.newPage();
        page.setDefaultTimeout(WITHIN_MS);
        page.onPageError(error -> faults.add(view + ": " + error));
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                faults.add(view + ": " + message.text());
            }
        });
        page.navigate(url + "/#/" + view);
        page.waitForSelector(view.replaceFirst("/.*", "") + "-view h1");
        return page;
    }

    /** What went wrong in the pages so far. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** Asserts that axe-core finds nothing on the page. */
    static void assertAccessible(Page page) {
        var findings = new AxeBuilder(page)
                .analyze().getViolations().stream().map(ConsoleBrowser::finding).toList();
        assertThat(findings).as("findings of axe-core on " + page.url()).isEmpty();
    }

    /**
     * Asserts that nothing large has moved since the page was opened: half of what the Web Vitals call good for a whole visit.
     * Numbers that grow and records that come along a lane move less.
     */
    static void assertStable(Page page) {
        var shifts = page.evaluate("""
                () => shifts.filter(({ value }) => value >= 0.05).map(({ value, sources }) => value.toFixed(3) + ': '
                    + sources.map(({ node }) => node?.parentElement?.className + ' ' + node?.nodeName + ' ' + node?.className))
                """);
        assertThat((List<?>) shifts).as("layout shifts of " + page.url()).isEmpty();
    }

    @Override
    public void close() {
        playwright.close();
    }

    private static String finding(Rule rule) {
        return rule.getId() + ": "
                + rule.getNodes().stream()
                        .map(node -> String.valueOf(node.getTarget()))
                        .limit(5)
                        .toList();
    }

    private static Optional<Path> chromium() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "chromium"))
                .filter(file -> file.toFile().canExecute())
                .findFirst();
    }
}

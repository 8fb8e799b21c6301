package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ten tabs of one browser, open for five minutes while events come: neither the console nor a page grows. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-3")
class ConsoleTabsTest {
    private static final List<String> VIEWS = List.of("mill", "consumers", "partitions", "faults", "house");
    private static final int TABS = 10;
    private static final Duration OPEN = Duration.ofMinutes(5);

    /** The console has a heap of 32 MB; the rest is the JVM's. */
    private static final long MOST_MEGABYTES = 150;

    private static final double MOST_GROWTH_OF_PAGE_MEGABYTES = 12;

    @Test
    void neither_the_console_nor_a_page_grows(RunningSystem system) throws Exception {
        try (var browser = new ConsoleBrowser(system)) {
            var tabs = new ArrayList<Page>();
            for (var tab = 0; tab < TABS; tab++) {
                tabs.add(browser.show(VIEWS.get(tab % VIEWS.size())));
            }
            var before = tabs.stream().map(ConsoleTabsTest::pageMegabytes).toList();

            await("the console stays below " + MOST_MEGABYTES + " MB")
                    .during(OPEN)
                    .atMost(OPEN.plusMinutes(2))
                    .pollInterval(Duration.ofSeconds(5))
                    .until(() -> consoleMegabytes(system) < MOST_MEGABYTES);

            for (var tab = 0; tab < TABS; tab++) {
                assertThat(pageMegabytes(tabs.get(tab)) - before.get(tab))
                        .as("growth of the page of %s in MB", VIEWS.get(tab % VIEWS.size()))
                        .isLessThan(MOST_GROWTH_OF_PAGE_MEGABYTES);
                assertThat(tabs.get(tab).innerText("#connection")).isIn("live", "paused");
            }
            assertThat(browser.faults()).isEmpty();
        }
    }

    private static long consoleMegabytes(RunningSystem system) throws IOException {
        var pid = system.handles("console").findFirst().orElseThrow().pid();
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / 1_000_000)
                .findFirst()
                .orElseThrow();
    }

    /** Heap of a page after a collection of what nobody uses. */
    private static double pageMegabytes(Page page) {
        var developer = page.context().newCDPSession(page);
        developer.send("HeapProfiler.collectGarbage");
        var usage = developer.send("Runtime.getHeapUsage");
        developer.detach();
        return usage.get("usedSize").getAsDouble() / 1_000_000;
    }
}

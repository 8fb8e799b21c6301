package millrace.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The page proves a record of an order without a server, and a byte that is changed in the database is found. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-3")
class ProofViewTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String HOSTILE = "<img src=x onerror=document.title='hostile'>";
    private static final String OTHER_KEY = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";

    /** Part of a proof, and the step that fails where a byte of it is changed: the first that notices. */
    private static final Map<String, String> NOTICED_BY = Map.of(
            "path", "Climb to the root of its segment",
            "logPath", "Climb to the root of the log",
            "checkpoint", "");

    @TempDir
    private Path folder;

    @Test
    void a_record_is_proved_in_the_browser_and_a_changed_byte_is_found(RunningSystem system) throws Exception {
        var record = archivedRecordOf(system, "proof-" + System.nanoTime());
        var place = "%s/%d"
                .formatted(
                        record.path("channel").asText(),
                        record.path("partition").asInt());
        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("proof");
            find(page, record);
            assertThat(verdict(page)).containsText("proved");
            assertThat(page.locator(".proof-step.ok")).hasCount(6);
            assertThat(page.locator(".proof-record pre")).containsText(HOSTILE);
            assertThat(page.locator("main img")).hasCount(0);
            assertThat(page.locator(".proof-checkpoints .badge.ok").first()).hasText("good");
            assertThat(page.title()).startsWith("Proof");
            ConsoleBrowser.assertAccessible(page);

            assertJavaProves(system, page);
            assertOnlyAKnownKeyCounts(page);
            assertRowIsNamed(page, place, record.path("offset").asLong());
            assertThat(browser.faults()).isEmpty();

            browser.context().setOffline(true);
            assertEachChangedByteIsNoticed(page);
        }
    }

    /** Places an order whose line has a hostile name, and returns the place of its record when it is signed. */
    private static JsonNode archivedRecordOf(RunningSystem system, String number) throws Exception {
        var order = """
                {"orderId": "%s", "anonymousId": "ann", "currency": "GBP", "total": "13.15", "shipping": "3.00", "paid": true,
                 "lines": [{"productId": "lamp-1", "name": "%s", "quantity": 1, "unitPrice": "10.15"}]}""".formatted(number, HOSTILE);
        var key = Base64.getEncoder().encodeToString((system.property("write-key.shop") + ":").getBytes(UTF_8));
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(system.url("web") + "/orders"))
                    .header("Authorization", "Basic " + key)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(order))
                    .build();
            var answer = http.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
        }
        var found = new AtomicReference<JsonNode>();
        await("the order's first event is archived and signed").atMost(SOON).untilAsserted(() -> {
            for (var record : system.query("audit", "/audit/orders/shop/" + number)) {
                if (record.path("channel").asText().equals("orders")) {
                    found.set(record);
                }
            }
            assertThat(found.get()).isNotNull();
            system.query(
                    "audit",
                    "/audit/proofs/orders/%d/%d"
                            .formatted(
                                    found.get().path("partition").asInt(),
                                    found.get().path("offset").asLong()));
        });
        return found.get();
    }

    private static void find(Page page, JsonNode record) {
        page.getByLabel("Order").fill(record.path("key").asText());
        button(page, "Find its records").click();
        var place = "%s/%d @ %d"
                .formatted(
                        record.path("channel").asText(),
                        record.path("partition").asInt(),
                        record.path("offset").asLong());
        page.locator("tr", new Page.LocatorOptions().setHasText(place))
                .locator("button")
                .click();
    }

    /** The saved proof convinces docs/VerifyProof.java, with the key of bin/audit key. */
    private void assertJavaProves(RunningSystem system, Page page) throws Exception {
        var saved = page.waitForDownload(() -> button(page, "Save the proof").click());
        var proof = folder.resolve("record.proof");
        saved.saveAs(proof);
        var key = Files.writeString(folder.resolve("key"), system.run("bin/audit", "key"));

        assertThat(system.run("java", "docs/VerifyProof.java", proof.toString(), key.toString()))
                .startsWith("PROVED: ");
        assertThat(page.locator(".proof-keys"))
                .containsText(Files.readString(key).strip());
    }

    private static void assertOnlyAKnownKeyCounts(Page page) {
        page.getByLabel("Public key").fill(OTHER_KEY);
        button(page, "Pin it").click();
        assertThat(verdict(page)).containsText("NOT proved");
        assertThat(verdict(page)).containsText("Check the signature of that root");
        assertThat(page.getByText("The service names another key.")).isVisible();

        button(page, "Forget it").click();
        assertThat(verdict(page)).hasText("proved");
    }

    private static void assertRowIsNamed(Page page, String place, long offset) {
        page.locator("#proof-tamper-do").click();
        button(page, "Press again: the row in the database is changed").click();
        var result = page.locator(".proof-verify");
        assertThat(result.locator(".notice.bad")).containsText("Found: changed in " + place);
        assertThat(result.locator(".notice.bad")).containsText("offset " + offset);
        ConsoleBrowser.assertAccessible(page);

        page.locator("#proof-tamper-undo").click();
        assertThat(result.locator(".notice.ok")).containsText("All is what was signed");
    }

    private static void assertEachChangedByteIsNoticed(Page page) {
        var select = page.getByLabel("Change one byte of");
        for (var part : select.locator("option").all().stream()
                .map(option -> option.getAttribute("value"))
                .toList()) {
            select.selectOption(part);
            for (var time = 0; time < 5; time++) {
                page.locator("#proof-change").click();
                assertThat(page.getByText(", with byte ")).isVisible();
                assertThat(verdict(page)).containsText("NOT proved");
                assertThat(verdict(page)).containsText(NOTICED_BY.getOrDefault(part, ""));
            }
            button(page, "Put it back").click();
            assertThat(verdict(page)).hasText("proved");
        }
        assertThat(select.locator("option").all().size()).isBetween(4, 5);
        assertThat(List.of("record", "segment", "logPath", "checkpoint"))
                .allSatisfy(part ->
                        assertThat(select.locator("option[value=" + part + "]")).hasCount(1));
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator verdict(Page page) {
        return page.locator(".proof-verdict");
    }
}

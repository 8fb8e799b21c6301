package millrace.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The view of partitions: each record is in the lane where Kafka has put it, and keys that name persons are masked. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-1")
class PartitionsViewTest {
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final String KEY = "<img src=x onerror=document.title=1>";

    @Test
    void a_record_is_in_the_lane_that_the_hash_of_its_key_names(RunningSystem system) throws Exception {
        var probe = new ChannelProbe(system);
        try (var browser = new ConsoleBrowser(system);
                var producer =
                        new KafkaProducer<>(probe.client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            var page = browser.show("partitions/trending-products");
            assertThat(page.locator(".partitions-note")).containsText("every record");

            // A tombstone: readers of the compacted channel have nothing to forget.
            var written = producer.send(
                            new ProducerRecord<>(probe.prefixed("trending-products"), KEY.getBytes(UTF_8), null))
                    .get();

            var chip = page.locator(".partitions-chips .key");
            assertThat(chip).hasCount(1);
            assertThat(lane(page, written.partition()).locator(".key")).hasCount(1);
            assertThat(chip).hasAttribute("title", KEY + ", offset " + written.offset());
            assertThat(page.locator(".partitions-hottest tbody tr")).containsText("100.0 %");
            page.getByLabel("Key").fill(KEY);
            page.getByText("Ask").click();
            assertThat(page.locator(".partitions-answer strong")).hasText("partition " + written.partition());
            assertThat(chip).hasClass(Pattern.compile(".*wanted.*"));
            assertFormerAnswerIsNotShown(page);
            assertThat(page.locator("main img")).hasCount(0);
            assertThat(page.title()).isEqualTo("Partitions and keys · Millrace");
            ConsoleBrowser.assertAccessible(page);
            assertThat(browser.faults()).isEmpty();
        }
    }

    @Test
    void keys_that_name_visitors_are_masked_wherever_they_are_shown(RunningSystem system) throws Exception {
        try (var browser = new ConsoleBrowser(system, ColorScheme.DARK)) {
            var page = browser.show("partitions/clicks");
            assertThat(page.locator(".partitions-note")).containsText("every record");

            system.run("bin/feed", "shoppers", "--rate", "50", "--for", "2s", "--seed", "43");

            var chips = page.locator(".partitions-chips .key");
            await("records are in lanes").atMost(WITHIN).until(() -> chips.count() >= 10);
            assertThat(page.getByText("keys are masked")).isVisible();
            page.getByText("Hold still").click();
            assertThat(page.locator(".partitions-chips .key span").allTextContents())
                    .allMatch(text -> text.matches(".{0,2}…[0-9a-f]{8}"));
            var shown = page.locator("main").innerHTML();
            var keys = new ChannelProbe(system)
                    .records("clicks").stream().map(ConsumerRecord::key).collect(Collectors.toSet());
            assertThat(keys).isNotEmpty().allSatisfy(key -> assertThat(shown).doesNotContain(key));
            ConsoleBrowser.assertAccessible(page);
            assertThat(browser.faults()).isEmpty();
        }
    }

    private static void assertFormerAnswerIsNotShown(Page page) {
        var former = new HeldRequests(page, "**/where?key=former");
        page.getByLabel("Key").fill("former");
        page.getByText("Ask").click();
        page.waitForCondition(() -> !former.isEmpty());
        page.getByLabel("Key").fill("latter");
        page.getByText("Ask").click();
        assertThat(page.locator(".partitions-answer")).containsText("latter");

        former.release();

        assertThat(page.locator(".partitions-answer").textContent()).contains("latter");
    }

    private static Locator lane(Page page, int partition) {
        return page.locator(
                ".partitions-lane", new Page.LocatorOptions().setHas(page.getByText("Partition " + partition)));
    }
}

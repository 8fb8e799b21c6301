package millrace.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.text.NumberFormat;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The view of consumer groups, with a consumer of no service that comes, stays behind and goes. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-1")
class ConsumersViewTest {
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final String STRANGER = "<img src=x onerror=document.title=1>";

    @Test
    void a_stranger_appears_with_its_member_and_its_lag_and_its_leaving_is_seen(RunningSystem system) throws Exception {
        system.run("bin/feed", "shoppers", "--rate", "50", "--for", "2s", "--seed", "41");
        var probe = new ChannelProbe(system);
        probe.awaitConsumersCaughtUp();
        try (var browser = new ConsoleBrowser(system)) {
            var page = browser.show("consumers");
            for (var group : List.of(
                    // fork: analytics
                    "analytics",
                    // fork: end
                    // fork: audit
                    "audit",
                    // fork: end
                    "orders")) {
                assertThat(row(page, group)).containsText("Stable");
            }
            assertThat(page.getByText(STRANGER)).hasCount(0);

            try (var stranger = stranger(probe)) {
                readNothing(stranger);

                assertThat(row(page, STRANGER)).containsText("not in the catalogue");
                assertThat(row(page, STRANGER)).containsText("joined");
                assertIsLag(row(page, STRANGER).locator("td").nth(3), stranger);
                // fork: analytics
                assertThat(page.locator(".consumers-detail h2").first()).hasText("analytics");
                // fork: end
                row(page, STRANGER).locator("a").click();
                assertThat(page.locator(".consumers-detail h2").first()).hasText(STRANGER);
                assertThat(page.locator(".consumers-assigned")).containsText(Pattern.compile("clicks\\s*0\\s*1\\s*2"));
                assertIsLag(page.locator(".consumers-channel td.number").first(), stranger);
                ConsoleBrowser.assertAccessible(page);
            }

            assertThat(row(page, STRANGER).locator("td").nth(2)).hasText("0");
            assertThat(page.locator(".consumers-at").first().locator("..")).containsText("left");
            delete(probe);
            assertThat(row(page, STRANGER)).hasCount(0);
            assertThat(page.locator("main img")).hasCount(0);
            assertThat(page.title()).isEqualTo("Consumers · Millrace");
            assertThat(browser.faults()).isEmpty();
        }
    }

    // fork: analytics
    @Test
    void tasks_of_kafka_streams_are_shown_and_the_view_is_accessible_in_the_dark(RunningSystem system)
            throws Exception {
        try (var browser = new ConsoleBrowser(system, ColorScheme.DARK)) {
            var page = browser.show("consumers/analytics");

            assertThat(page.locator(".consumers-tasks")).containsText("0_0");
            ConsoleBrowser.assertAccessible(page);
            assertThat(browser.faults()).isEmpty();
        }
    }
    // fork: end

    private static Locator row(Page page, String group) {
        return page.locator(
                ".consumers-list tbody tr",
                new Page.LocatorOptions().setHas(page.getByText(group, new Page.GetByTextOptions().setExact(true))));
    }

    private static KafkaConsumer<byte[], byte[]> stranger(ChannelProbe probe) {
        var settings = new HashMap<>(probe.client());
        settings.put("group.id", probe.prefixed(STRANGER));
        settings.put("client.id", STRANGER);
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(probe.prefixed("clicks")));
        return consumer;
    }

    private static void readNothing(KafkaConsumer<byte[], byte[]> consumer) {
        await("all partitions are assigned").atMost(WITHIN).until(() -> {
            consumer.poll(Duration.ofMillis(200));
            return consumer.assignment().size() == 3;
        });
        var committed = new HashMap<TopicPartition, OffsetAndMetadata>();
        consumer.beginningOffsets(consumer.assignment())
                .forEach((partition, offset) -> committed.put(partition, new OffsetAndMetadata(offset)));
        consumer.commitSync(committed);
    }

    /** Asserts that the page comes to the lag; the shoppers go on, so the lag of before and that of after are its limits. */
    private static void assertIsLag(Locator cell, KafkaConsumer<?, ?> consumer) throws Exception {
        var least = lag(consumer);
        await("lag of at least " + least).atMost(WITHIN).until(() -> shown(cell) >= least);
        var shown = shown(cell);
        assertThat(shown).isBetween(least, lag(consumer));
    }

    private static long lag(KafkaConsumer<?, ?> consumer) {
        var committed = consumer.committed(consumer.assignment());
        return consumer.endOffsets(consumer.assignment()).entrySet().stream()
                .mapToLong(end -> end.getValue() - committed.get(end.getKey()).offset())
                .sum();
    }

    private static long shown(Locator cell) throws ParseException {
        return NumberFormat.getIntegerInstance(Locale.ROOT)
                .parse(cell.textContent())
                .longValue();
    }

    private static void delete(ChannelProbe probe) throws Exception {
        try (var admin = Admin.create(probe.client())) {
            admin.deleteConsumerGroups(List.of(probe.prefixed(STRANGER))).all().get();
        }
    }
}

package millrace.audit;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import millrace.events.Counted;
import millrace.local.Platform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Uses the real archive and channels; the test writes the counts of other processes. Each test has its own minute. */
@QuarkusTest
@WithTestResource(AuditPlatformResource.class)
@Tag("platform")
class LedgerResourceTest {
    private static final AtomicInteger MINUTES = new AtomicInteger(200);

    Platform platform;

    private final Instant minute =
            Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(60L * MINUTES.getAndAdd(3));
    private LedgerScenario scenario;
    private long lastOffset;

    @BeforeEach
    void open() throws Exception {
        scenario = new LedgerScenario(platform, minute);
        scenario.onChannel("first");
        lastOffset = scenario.onChannel("second");
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    @Test
    void what_was_counted_was_late_came_twice_or_could_not_be_read_balances() throws Exception {
        scenario.onChannel("late");
        scenario.onChannel("twice");
        lastOffset = scenario.onChannel("unreadable");
        scenario.deadLetter(lastOffset, false);
        scenario.accepted(5, 0);
        scenario.analytics(2, 1, 1, lastOffset + 1);

        settled("balanced");
        var line = "lines[0].";
        ask().body(line + "onChannel", equalTo(5))
                .body(counts("web") + "acknowledged", equalTo(5))
                .body(counts("audit") + "archived", equalTo(5))
                .body(counts("analytics") + "applied", equalTo(2))
                .body(counts("analytics") + "late", equalTo(1))
                .body(counts("analytics") + "repeated", equalTo(1))
                .body(counts("analytics") + "'dead-lettered'", equalTo(1))
                .body("firstUnbalanced", nullValue());
    }

    @Test
    void a_record_that_broke_a_later_step_is_one_dead_letter_and_not_two_records() throws Exception {
        scenario.deadLetter(lastOffset, true);
        scenario.deadLetter(lastOffset, true);
        scenario.accepted(2, 0);
        scenario.analytics(2, 0, 0, lastOffset + 1);

        settled("balanced");
        ask().body(counts("analytics") + "applied", equalTo(1))
                .body(counts("analytics") + "'dead-lettered'", equalTo(1));
    }

    @Test
    void a_record_that_its_owner_deleted_from_the_archive_is_missing_there() throws Exception {
        scenario.accepted(2, 0);
        scenario.analytics(2, 0, 0, lastOffset + 1);
        settled("balanced");

        scenario.delete();

        unbalanced("2 on the channel, 1 read by audit: 1 missing");
    }

    @Test
    void a_record_that_the_edge_did_not_write_is_too_many() throws Exception {
        lastOffset = scenario.onChannel("forged");
        scenario.accepted(2, 0);
        scenario.analytics(3, 0, 0, lastOffset + 1);

        unbalanced("2 written, 3 on the channel: 1 too many");
    }

    @Test
    void a_dead_letter_that_nobody_wrote_is_missing_in_analytics() throws Exception {
        scenario.accepted(2, 0);
        scenario.analytics(1, 0, 0, lastOffset + 1);

        unbalanced("2 on the channel, 1 read by analytics: 1 missing");
    }

    @Test
    void analytics_that_is_behind_is_open_and_no_loss() throws Exception {
        scenario.accepted(2, 0);
        lastOffset--;
        scenario.analytics(1, 0, 0, lastOffset + 1);

        settled("open");
    }

    @Test
    void a_record_that_the_edge_got_no_answer_for_may_be_there_or_not() throws Exception {
        scenario.accepted(1, 1);
        scenario.analytics(2, 0, 0, lastOffset + 1);

        settled("balanced");
    }

    @Test
    void what_a_killed_edge_accepted_is_unknown_and_no_false_alarm() throws Exception {
        scenario.accepted(1, 0);
        scenario.reported(minute.plusSeconds(20), false);
        scenario.analytics(2, 0, 0, lastOffset + 1);

        settled("unknown");
        assertThat((String) ask().extract().path("lines[0].why"))
                .isEqualTo(
                        "web unknown: instance " + scenario.instance + " was not ended properly, at least 1 written");

        scenario.reported(minute.plusSeconds(20), true);
        unbalanced("1 written, 2 on the channel: 1 too many");
    }

    @Test
    void a_record_that_orders_read_and_did_not_count_is_missing_there() throws Exception {
        scenario.onChannel("transactions", "first");
        lastOffset = scenario.onChannel("transactions", "second");
        scenario.say(Counted.wrote("web/1", "transactions", null, minute, Map.of("acknowledged", 1L)));
        scenario.say(Counted.wrote("orders", "transactions", 0, minute, Map.of("acknowledged", 1L)));
        scenario.say(Counted.report("orders", Counted.Role.WROTE, Instant.now(), false));
        scenario.say(Counted.read("analytics", "transactions", 0, minute, Map.of("applied", 2L), lastOffset + 1));
        scenario.say(Counted.read("orders", "transactions", 0, minute, Map.of("refused", 1L), lastOffset));

        transactions("orders has not reported transactions-0 up to offset " + lastOffset);

        scenario.say(Counted.read("orders", "transactions", 0, minute, Map.of("refused", 1L), lastOffset + 1));
        transactions("2 on the channel, 1 read by orders: 1 missing");

        scenario.say(Counted.read(
                "orders", "transactions", 0, minute, Map.of("refused", 1L, "dead-lettered", 1L), lastOffset + 1));
        transactions(null);
    }

    @Test
    void a_reader_that_the_catalogue_does_not_name_is_shown_and_unbalances_nothing() throws Exception {
        scenario.accepted(2, 0);
        scenario.analytics(2, 0, 0, lastOffset + 1);
        scenario.say(Counted.read("loyalty", "clicks", 0, minute, Map.of("applied", 1L), 1));
        scenario.say(Counted.wrote("forger/1", "clicks", null, minute, Map.of("acknowledged", 7L)));

        settled("balanced");
        ask().body(counts("loyalty") + "applied", equalTo(1))
                .body("lines[0].counted.find { it.by == 'loyalty' }.declared", equalTo(false))
                .body("lines[0].counted.find { it.by == 'loyalty' }.role", equalTo("read"))
                .body(counts("forger") + "acknowledged", equalTo(7));
    }

    @Test
    @Tag("long")
    void the_example_of_an_unknown_consumer_is_in_the_ledger_without_a_change_of_any_service() throws Exception {
        scenario.accepted(2, 0);
        scenario.analytics(2, 0, 0, lastOffset + 1);

        runExample("clicks", "ledger-example-" + minute.getEpochSecond());

        settled("balanced");
        ask().body(counts("ledger-example-" + minute.getEpochSecond()) + "applied", equalTo(2));
    }

    @Test
    void a_generation_that_is_being_rebuilt_counts_for_itself_alone() throws Exception {
        scenario.accepted(2, 0);
        scenario.analytics(2, 0, 0, lastOffset + 1);
        scenario.analytics("analytics-g2", 1, 0, 0, lastOffset + 1);

        settled("balanced");
        ask().body(counts("analytics") + "applied", equalTo(2));
    }

    @Test
    void what_is_no_valid_count_is_left_out_with_a_sentence() throws Exception {
        scenario.accepted(2, 0);
        scenario.analytics(2, 0, 0, lastOffset + 1);
        scenario.say(Counted.read("x".repeat(65), "clicks", 0, minute, Map.of("applied", 1L), 1));

        settled("balanced");
        ask().body("notes", hasItem(containsString("no valid counts")));
    }

    @Test
    void a_question_that_makes_no_sense_is_refused_with_a_sentence() {
        refused("from=yesterday", "from must be a time like 2026-01-31T12:00:00Z, not yesterday");
        refused("from=2026-01-01T00:00:00Z&to=2026-01-02T00:01:00Z", "is longer than 24 hours");
        refused(
                "from=-1000000000-01-01T00:00:00Z&to=-1000000000-01-01T01:00:00Z",
                "must be a time like 2026-01-31T12:00:00Z, not -1000000000");
        refused("channel=visits", "channel must be one of clicks, transactions, rejected-events");
    }

    private void settled(String state) {
        await().atMost(ArchiveDatabase.SOON)
                .untilAsserted(() -> assertThat((String) ask().extract().path("lines[0].state"))
                        .isEqualTo(state));
    }

    private void unbalanced(String why) {
        settled("unbalanced");
        assertThat((String) ask().extract().path("firstUnbalanced.why")).isEqualTo(why);
        assertThat((String) ask().extract().path("firstUnbalanced.minute")).isEqualTo(minute.toString());
    }

    private ValidatableResponse ask() {
        return ask("clicks");
    }

    /** @param why {@code null} if balanced */
    private void transactions(String why) {
        await().atMost(ArchiveDatabase.SOON)
                .untilAsserted(
                        () -> assertThat((String) ask("transactions").extract().path("lines[0].why"))
                                .isEqualTo(why));
    }

    private ValidatableResponse ask(String channel) {
        return asked("channel=%s&from=%s&to=%s".formatted(channel, minute, minute.plusSeconds(60)))
                .statusCode(200);
    }

    /** Path to the counts of a name in the first line. */
    private static String counts(String by) {
        return "lines[0].counted.find { it.by == '" + by + "' }.counts.";
    }

    /** Runs the program as its page says, with the config vars of the platform. */
    private void runExample(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "../docs/examples/UnknownConsumer.java"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(platform.configVars());
        var process = builder.start();
        try {
            var printed = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(printed).isTrue();
            assertThat(process.exitValue()).as(printed).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void refused(String question, String sentence) {
        asked(question)
                .statusCode(400)
                .contentType("application/problem+json")
                .body("detail", containsString(sentence));
    }

    private static ValidatableResponse asked(String question) {
        return given().header("Authorization", AuditPlatformResource.READER)
                .get("/audit/ledger?" + question)
                .then();
    }
}

package millrace.audit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicInteger;
import millrace.events.Counted;
import millrace.local.Platform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Uses the real archive and channels; the test writes the reports of edge and analytics. Each test has its own minute. */
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
        ask().body(line + "edge", equalTo(5))
                .body(line + "onChannel", equalTo(5))
                .body(line + "archived", equalTo(5))
                .body(line + "dead", equalTo(1))
                .body("firstUnbalanced", nullValue());
    }

    @Test
    void a_record_that_broke_a_later_step_is_one_dead_letter_and_not_two_records() throws Exception {
        scenario.deadLetter(lastOffset, true);
        scenario.deadLetter(lastOffset, true);
        scenario.accepted(2, 0);
        scenario.analytics(2, 0, 0, lastOffset + 1);

        settled("balanced");
        ask().body("lines[0].counted", equalTo(1));
    }

    @Test
    void a_record_that_its_owner_deleted_from_the_archive_is_missing_there() throws Exception {
        scenario.accepted(2, 0);
        scenario.analytics(2, 0, 0, lastOffset + 1);
        settled("balanced");

        scenario.delete();

        unbalanced("2 on the channel, 1 archived: 1 missing");
    }

    @Test
    void a_record_that_the_edge_did_not_write_is_too_many() throws Exception {
        lastOffset = scenario.onChannel("forged");
        scenario.accepted(2, 0);
        scenario.analytics(3, 0, 0, lastOffset + 1);

        unbalanced("2 accepted, 3 on the channel: 1 too many");
    }

    @Test
    void a_dead_letter_that_nobody_wrote_is_missing_in_analytics() throws Exception {
        scenario.accepted(2, 0);
        scenario.analytics(1, 0, 0, lastOffset + 1);

        unbalanced("2 on the channel, 1 in analytics: 1 missing");
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
        scenario.say(new Counted.EdgeReported(scenario.instance, minute.plusSeconds(20), false));
        scenario.analytics(2, 0, 0, lastOffset + 1);

        settled("unknown");
        assertThat((String) ask().extract().path("lines[0].why"))
                .isEqualTo(
                        "edge unknown: instance " + scenario.instance + " was not ended properly, at least 1 accepted");

        scenario.say(new Counted.EdgeReported(scenario.instance, minute.plusSeconds(20), true));
        unbalanced("1 accepted, 2 on the channel: 1 too many");
    }

    @Test
    void a_question_that_makes_no_sense_is_refused_with_a_sentence() {
        refused("from=yesterday", "from must be a time like 2026-01-31T12:00:00Z, not yesterday");
        refused("from=2026-01-01T00:00:00Z&to=2026-01-02T00:01:00Z", "is longer than 24 hours");
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
        return asked("channel=clicks&from=%s&to=%s".formatted(minute, minute.plusSeconds(60)))
                .statusCode(200);
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

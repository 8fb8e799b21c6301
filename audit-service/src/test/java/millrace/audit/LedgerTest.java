package millrace.audit;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.events.Counted;
import millrace.local.Platform;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real archive and real channels; what the edge and analytics say of themselves is played. Each test has its minute. */
@QuarkusTest
@WithTestResource(PlatformResource.class)
class LedgerTest {
    private static final AtomicInteger MINUTES = new AtomicInteger(200);

    Platform platform;

    private final Instant minute =
            Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(60L * MINUTES.getAndAdd(3));
    private final String instance = "instance-" + minute;
    private Traffic traffic;
    private long lastOffset;

    @BeforeEach
    void open() throws Exception {
        traffic = new Traffic(platform, Map.of());
        traffic.send("clicks", minute.toEpochMilli(), null, "first".getBytes(UTF_8), new RecordHeaders());
        lastOffset = onChannel("second");
    }

    @AfterEach
    void close() {
        traffic.close();
    }

    @Test
    void what_was_counted_was_late_came_twice_or_could_not_be_read_balances() throws Exception {
        onChannel("late");
        onChannel("twice");
        lastOffset = onChannel("unreadable");
        deadLetter(lastOffset, false);
        accepted(5, 0);
        analytics(2, 1, 1);

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
        deadLetter(lastOffset, true);
        deadLetter(lastOffset, true);
        accepted(2, 0);
        analytics(2, 0, 0);

        settled("balanced");
        ask().body("lines[0].counted", equalTo(1));
    }

    @Test
    void a_record_that_its_owner_deleted_from_the_archive_is_missing_there() throws Exception {
        accepted(2, 0);
        analytics(2, 0, 0);
        settled("balanced");

        delete();

        unbalanced("2 on the channel, 1 archived: 1 missing");
    }

    @Test
    void a_record_that_the_edge_did_not_write_is_too_many() throws Exception {
        lastOffset = onChannel("forged");
        accepted(2, 0);
        analytics(3, 0, 0);

        unbalanced("2 accepted, 3 on the channel: 1 too many");
    }

    @Test
    void a_dead_letter_that_nobody_wrote_is_missing_in_analytics() throws Exception {
        accepted(2, 0);
        analytics(1, 0, 0);

        unbalanced("2 on the channel, 1 in analytics: 1 missing");
    }

    @Test
    void analytics_that_is_behind_is_open_and_no_loss() throws Exception {
        accepted(2, 0);
        lastOffset--;
        analytics(1, 0, 0);

        settled("open");
    }

    @Test
    void a_record_that_the_edge_got_no_answer_for_may_be_there_or_not() throws Exception {
        accepted(1, 1);
        analytics(2, 0, 0);

        settled("balanced");
    }

    @Test
    void what_a_killed_edge_accepted_is_unknown_and_no_false_alarm() throws Exception {
        accepted(1, 0);
        say(new Counted.EdgeReported(instance, minute.plusSeconds(20), false));
        analytics(2, 0, 0);

        settled("unknown");
        assertThat((String) ask().extract().path("lines[0].why"))
                .isEqualTo("edge unknown: instance " + instance + " was not ended properly, at least 1 accepted");

        say(new Counted.EdgeReported(instance, minute.plusSeconds(20), true));
        unbalanced("1 accepted, 2 on the channel: 1 too many");
    }

    @Test
    void a_question_that_makes_no_sense_is_refused_with_a_sentence() {
        refused("from=yesterday", "from must be a time like 2026-01-31T12:00:00Z, not yesterday");
        refused("from=2026-01-01T00:00:00Z&to=2026-01-02T00:01:00Z", "is longer than 24 hours");
        refused("channel=visits", "channel must be one of clicks, transactions, rejected-events");
    }

    private long onChannel(String value) throws Exception {
        return traffic.sent("clicks", minute.toEpochMilli(), value);
    }

    private void accepted(long acknowledged, long unsure) throws Exception {
        say(new Counted.EdgeCounted(instance, "clicks", minute, acknowledged, unsure));
    }

    private void analytics(long counted, long late, long repeated) throws Exception {
        var next = lastOffset + 1;
        say(new Counted.AnalyticsCounted("analytics", "clicks", 0, minute, counted, late, repeated, next));
    }

    private void say(Counted counted) throws Exception {
        var value = Channels.LEDGER.value().serializer().serialize("ledger", counted);
        traffic.send("ledger", Instant.now().toEpochMilli(), counted.key().getBytes(UTF_8), value, new RecordHeaders());
    }

    private void deadLetter(long offset, boolean countedBefore) {
        var headers = new RecordHeaders();
        CloudEvents.add(headers, "__streams.errors.topic", platform.topic("clicks"));
        CloudEvents.add(headers, "__streams.errors.partition", "0");
        CloudEvents.add(headers, "__streams.errors.offset", Long.toString(offset));
        if (countedBefore) {
            CloudEvents.add(headers, "dead-letter-counted", "true");
        }
        traffic.send("analytics-dlq", minute.toEpochMilli(), null, new byte[0], headers);
    }

    private void delete() throws Exception {
        try (var database = DriverManager.getConnection(platform.jdbcUrl())) {
            database.createStatement()
                    .execute("GRANT ALL ON audit.records TO CURRENT_USER;"
                            + "ALTER TABLE audit.records DISABLE TRIGGER append_only;"
                            + "DELETE FROM audit.records WHERE channel = 'clicks' AND value = 'second' AND timestamp_ms = "
                            + minute.toEpochMilli()
                            + ";ALTER TABLE audit.records ENABLE ALWAYS TRIGGER append_only;"
                            + "REVOKE UPDATE, DELETE, TRUNCATE ON audit.records FROM CURRENT_USER");
        }
    }

    private void settled(String state) {
        await().atMost(Archived.SOON)
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
        return given().header("Authorization", PlatformResource.READER)
                .get("/audit/ledger?" + question)
                .then();
    }
}

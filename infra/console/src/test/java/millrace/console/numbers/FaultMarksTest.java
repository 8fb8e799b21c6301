package millrace.console.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import millrace.console.numbers.FaultMarks.Mark;
import millrace.events.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultMarksTest {
    private static final Instant NOW = Instant.parse("2026-05-14T12:30:00Z");

    @TempDir
    private Path logs;

    private final FaultMarks marks = new FaultMarks();

    @Test
    void a_crash_and_the_end_of_it_are_marks_at_the_times_of_the_control_api() {
        marks.observe(orders("up", "2026-05-14T08:00:00Z", false, 100), logs, NOW);
        marks.observe(orders("crashed", "2026-05-14T12:30:01Z", false, 100), logs, NOW.plusSeconds(2));
        marks.observe(orders("starting", "2026-05-14T12:30:03Z", false, 100), logs, NOW.plusSeconds(4));

        var all = marks.observe(orders("up", "2026-05-14T12:30:05Z", false, 100), logs, NOW.plusSeconds(6));

        assertThat(all)
                .extracting(Mark::what, Mark::bad, Mark::at)
                .containsExactly(
                        tuple("crashed", true, NOW.getEpochSecond() + 1), tuple("up", false, NOW.getEpochSecond() + 5));
    }

    /** A process that is started again at once is crashed for a second only. */
    @Test
    void a_crash_that_is_over_before_the_next_answer_is_a_mark() throws IOException {
        marks.observe(orders("up", "2026-05-14T08:00:00Z", false, 100), logs, NOW);
        Files.writeString(logs.resolve("orders.1.log"), """
                2026-05-14T08:00:00.000000+00:00 heroku[orders.1]: State changed from starting to up
                2026-05-14T12:30:01.000000+00:00 heroku[orders.1]: State changed from up to crashed
                2026-05-14T12:30:02.000000+00:00 heroku[orders.1]: State changed from crashed to starting
                """);

        var all = marks.observe(orders("starting", "2026-05-14T12:30:02Z", false, 100), logs, NOW.plusSeconds(4));

        assertThat(all)
                .extracting(Mark::what, Mark::bad, Mark::at)
                .containsExactly(tuple("crashed", true, NOW.getEpochSecond() + 1));
    }

    @Test
    void a_pause_and_a_slow_process_are_marks() {
        marks.observe(orders("up", "2026-05-14T08:00:00Z", false, 100), logs, NOW);
        marks.observe(orders("up", "2026-05-14T08:00:00Z", true, 100), logs, NOW.plusSeconds(2));
        marks.observe(orders("up", "2026-05-14T08:00:00Z", false, 20), logs, NOW.plusSeconds(4));

        assertThat(marks.observe(orders("up", "2026-05-14T08:00:00Z", false, 100), logs, NOW.plusSeconds(6)))
                .extracting(Mark::what)
                .containsExactly("paused", "resumed", "slowed to 20 %", "at full speed");
    }

    @Test
    void what_happened_before_anybody_looked_is_read_from_the_logs() throws IOException {
        Files.writeString(logs.resolve("orders.1.previous.log"), """
                2026-05-14T12:01:00.000000+00:00 heroku[orders.1]: State changed from up to crashed
                """);
        Files.writeString(logs.resolve("orders.1.log"), """
                2026-05-14T12:01:02.000000+00:00 heroku[orders.1]: State changed from crashed to starting
                2026-05-14T12:01:07.000000+00:00 heroku[orders.1]: State changed from starting to up
                a line of the application, State changed from up to crashed
                """);

        assertThat(marks.observe(orders("up", "2026-05-14T12:01:07Z", false, 100), logs, NOW))
                .extracting(Mark::what)
                .containsExactly("crashed", "up");
    }

    @Test
    void a_process_without_such_a_log_has_the_mark_of_its_state() {
        assertThat(marks.observe(orders("up", "2026-05-14T12:10:00Z", false, 100), logs, NOW))
                .extracting(Mark::process, Mark::what)
                .containsExactly(tuple("orders.1", "up"));
    }

    @Test
    void a_name_that_is_a_path_reads_no_file() throws IOException {
        Files.writeString(
                logs.resolve("secret.log"),
                "2026-05-14T12:01:00.000000+00:00 heroku[web.1]: State changed from up to crashed\n");

        assertThat(marks.observe(
                        process("../" + logs.getFileName() + "/secret", "up", "2026-05-14T12:10:00Z", false, 100),
                        logs,
                        NOW))
                .extracting(Mark::what)
                .containsExactly("up");
    }

    @Test
    void marks_of_more_than_an_hour_ago_are_forgotten() {
        marks.observe(orders("up", "2026-05-14T12:10:00Z", false, 100), logs, NOW);

        assertThat(marks.observe(orders("up", "2026-05-14T12:10:00Z", false, 100), logs, NOW.plusSeconds(3_600)))
                .isEmpty();
    }

    private static JsonNode orders(String state, String since, boolean paused, int percent) {
        return process("orders.1", state, since, paused, percent);
    }

    private static JsonNode process(String name, String state, String since, boolean paused, int percent) {
        return Json.MAPPER.valueToTree(
                List.of(Map.of("name", name, "state", state, "since", since, "paused", paused, "percent", percent)));
    }
}

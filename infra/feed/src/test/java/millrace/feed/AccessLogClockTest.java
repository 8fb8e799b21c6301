package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access logs with wrong clocks, and logs with overlapping times. */
class AccessLogClockTest {
    private static final Instant START = Instant.parse("2016-03-01T10:00:00Z");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    @TempDir
    Path folder;

    private FakeEdge edge;

    @BeforeEach
    void start() throws IOException {
        edge = new FakeEdge();
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void a_line_that_is_dated_after_it_is_read_is_named_and_its_correction_is_sent_alone() throws IOException {
        var right = List.of(at(0, "/a"), at(60, "/b"), at(120, "/c"));
        var wrong = List.of(right.get(0), right.get(1).replace("2016", "2046"), right.get(2));

        var run = edge.feed("access-log", log("a.log", wrong));
        var before = ids();
        edge.feed("access-log", log("b.log", right));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("a.log line 2 is dated 2046-03-01T11:00:00Z, after it was read", "2 events sent");
        assertThat(before).hasSize(2);
        assertThat(ids().subList(2, 5)).containsAll(before).hasSize(3);
    }

    @Test
    void lines_years_ahead_of_those_after_them_are_named_though_they_are_in_the_past() throws IOException {
        var lines = hours(0, 20);
        lines.set(7, lines.get(7).replace("2016", "2019"));
        lines.set(8, lines.get(8).replace("2016", "2019"));

        var run = edge.feed("access-log", log("a.log", lines));

        assertThat(run.out()).contains("18 events sent", "a.log line 8 is dated", "a.log line 9 is dated");
        assertThat(times()).isSorted().allMatch(time -> time.startsWith("2016-03-0"));
    }

    @Test
    void the_first_line_of_a_log_may_be_the_wrong_one() throws IOException {
        var lines = hours(0, 20);
        lines.set(0, lines.get(0).replace("2016", "2019"));

        edge.feed("access-log", log("a.log", lines));

        assertThat(times()).hasSize(19).allMatch(time -> time.startsWith("2016-03-0"));
    }

    @Test
    void a_line_days_behind_those_before_it_is_named() throws IOException {
        var lines = hours(0, 20);
        lines.set(19, lines.get(19).replace("2016", "2001"));

        var run = edge.feed("access-log", log("a.log", lines));

        assertThat(run.out()).contains("19 events sent", "a.log line 20 is dated 2001-");
    }

    @Test
    void a_week_without_a_request_is_no_fault() throws IOException {
        var lines = hours(0, 5);
        lines.addAll(hours(24 * 7, 5));
        lines.add(at(60 * 24 * 20, "/last"));

        var run = edge.feed("access-log", log("a.log", lines));

        assertThat(run.out()).contains("11 events sent").doesNotContain("Unreadable");
    }

    @Test
    void logs_are_sent_by_their_times_in_any_order_of_arguments() throws IOException {
        edge.feed(
                "access-log",
                "--connections",
                "1",
                log("new.log", hours(48, 5)),
                log("old.log", hours(0, 5)),
                log("other-server.log", hours(1, 50)));

        assertThat(times()).hasSize(60).isSorted();
    }

    private List<String> hours(int first, int count) {
        var lines = new ArrayList<String>();
        for (var hour = first; hour < first + count; hour++) {
            lines.add(at(60 * hour, "/" + hour));
        }
        return lines;
    }

    private static String at(int minute, String path) {
        return "203.0.113.9 - - [%s] \"GET %s HTTP/1.1\" 200 12 \"-\" \"Browser\""
                .formatted(TIME.format(START.plusSeconds(60L * minute)), path);
    }

    private String log(String name, List<String> lines) throws IOException {
        return Files.write(folder.resolve(name), lines).toString();
    }

    private List<String> ids() {
        return edge.accepted().stream()
                .map(view -> view.path("messageId").asText())
                .toList();
    }

    private List<String> times() {
        return edge.accepted().stream()
                .map(view -> view.path("timestamp").asText())
                .toList();
    }
}

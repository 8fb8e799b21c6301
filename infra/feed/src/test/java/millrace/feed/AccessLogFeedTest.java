package millrace.feed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/feed access-log} against a fake edge. */
class AccessLogFeedTest {
    private static final String HOME = line("/", "-");
    private static final String CART = line("/cart?id=7", "http://example.org/");

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
    void a_page_view_has_the_data_of_the_log_and_no_address() throws IOException {
        edge.feed("access-log", log("a.log", CART));

        var view = edge.accepted().getFirst();
        assertThat(view.path("type").asText()).isEqualTo("page");
        assertThat(view.path("timestamp").asText()).isEqualTo("2015-05-17T10:05:03Z");
        assertThat(view.at("/properties/path").asText()).isEqualTo("/cart");
        assertThat(view.at("/properties/referrer").asText()).isEqualTo("http://example.org/");
        assertThat(view.at("/context/userAgent").asText()).isEqualTo("Browser");
        assertThat(view.toString()).doesNotContain("203.0.113.9");
    }

    @Test
    void history_goes_to_the_import_with_the_write_key_as_user() throws IOException {
        edge.feed("access-log", "--import", "may", log("a.log", HOME));

        var request = edge.requests().getFirst();
        assertThat(request.uri()).isEqualTo("/v1/import?import=may");
        assertThat(request.authorization()).isEqualTo("Basic a2V5Og=="); // key and a colon
        assertThat(request.body().has("sentAt")).isFalse();
    }

    @Test
    void equal_requests_within_a_second_are_two_views() throws IOException {
        edge.feed("access-log", log("a.log", HOME, CART, HOME));

        assertThat(ids()).doesNotHaveDuplicates().hasSize(3);
    }

    @Test
    void a_line_has_the_same_id_in_any_file() throws IOException {
        edge.feed("access-log", log("a.log", HOME, CART), log("b.log", CART, "garbage", HOME));

        assertThat(ids().get(2)).isEqualTo(ids().get(1));
        assertThat(ids().get(3)).isEqualTo(ids().get(0));
    }

    @Test
    void unreadable_lines_are_counted_and_the_first_twenty_named() throws IOException {
        var garbage = Collections.nCopies(21, "garbage").toArray(String[]::new);

        var run = edge.feed("access-log", log("a.log", HOME), log("b.log", garbage));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("22 lines read, 1 events sent, 1 accepted by the edge, 0 rejected by it")
                .contains("Unreadable lines: 21", "and 1 more")
                .contains("b.log line 1 is in no known format of access logs", "b.log line 20 ")
                .doesNotContain("b.log line 21 ");
    }

    @Test
    void a_batch_has_at_most_500_events_and_keeps_the_order_of_the_file() throws IOException {
        var lines = new String[1_001];
        for (var i = 0; i < lines.length; i++) {
            lines[i] = line("/" + i, "-");
        }

        edge.feed("access-log", log("a.log", lines));

        assertThat(edge.requests())
                .extracting(request -> request.events().count())
                .containsExactly(500L, 500L, 1L);
        assertThat(edge.accepted().get(1_000).at("/properties/path").asText()).isEqualTo("/1000");
    }

    @Test
    void a_line_that_is_not_utf_8_is_read_as_iso_8859_1() throws IOException {
        var file = folder.resolve("a.log");
        Files.write(file, (line("/caf\u00e9", "-") + "\n").getBytes(ISO_8859_1));
        Files.writeString(file, line("/caf\u00e9", "-"), java.nio.file.StandardOpenOption.APPEND);

        edge.feed("access-log", file.toString());

        assertThat(edge.accepted())
                .extracting(view -> view.at("/properties/path").asText())
                .containsExactly("/caf\u00e9", "/caf\u00e9");
    }

    @Test
    void a_file_that_is_not_there_is_named_before_anything_is_sent() throws IOException {
        var run = edge.feed("access-log", log("a.log", HOME), "missing.log");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isEqualToIgnoringNewLines("missing.log is not a file that can be read.");
        assertThat(edge.requests()).isEmpty();
    }

    private String log(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines)).toString();
    }

    private List<String> ids() {
        return edge.accepted().stream()
                .map(view -> view.path("messageId").asText())
                .toList();
    }

    private static String line(String target, String referrer) {
        return "203.0.113.9 - - [17/May/2015:10:05:03 +0000] \"GET %s HTTP/1.1\" 200 12 \"%s\" \"Browser\""
                .formatted(target, referrer);
    }
}

package millrace.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The formats of access logs: each is recognised, or the line is reported. */
class AccessLogFormatsTest {
    private static final String REQUEST = "[17/May/2015:10:05:03 +0000] \"GET /cart?id=7 HTTP/1.1\" 200 12";
    private static final String COMBINED = REQUEST + " \"-\" \"Browser\"";

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "203.0.113.9 - - " + COMBINED,
                "203.0.113.9 - jo doe " + COMBINED,
                "203.0.113.9, 10.0.0.4 - - " + COMBINED,
                "203.0.113.9,198.51.100.3, 10.0.0.4 - - " + COMBINED,
                "unknown, 203.0.113.9 - - " + COMBINED,
                "203.0.113.9, [2001:db8::1] - - " + COMBINED,
                "203.0.113.9:51234 - - " + COMBINED,
                "::ffff:203.0.113.9 - - " + COMBINED,
                "shop.example.org:443 203.0.113.9 - - " + COMBINED,
                "shop.example.org 203.0.113.9 - - " + COMBINED,
                "192.0.2.80:443 203.0.113.9 - frank " + COMBINED,
                "192.0.2.80 203.0.113.9 - - " + COMBINED,
                "[2001:db8::1]:443 203.0.113.9 - - " + COMBINED,
                "blog.example.org:80 203.0.113.9, 10.0.0.4 - - " + COMBINED,
                "203.0.113.9 - - " + COMBINED + " \"-\"",
                "203.0.113.9 - - " + COMBINED + " rt=0.003 uct=\"0.001\" urt=\"0.002\"",
                "10.0.0.4 - - " + COMBINED + " \"203.0.113.9, 10.0.0.7\"",
            })
    void a_view_of_one_browser_has_one_visitor_in_every_variant_of_the_format(String line) throws IOException {
        var run = edge.feed("access-log", log("one.log", line), log("other.log", "203.0.113.9 - - " + COMBINED));

        assertThat(run.exitCode()).isZero();
        assertThat(edge.accepted()).hasSize(2);
        assertThat(edge.accepted())
                .extracting(view -> view.path("anonymousId").asText())
                .containsOnly(edge.accepted().getFirst().path("anonymousId").asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "203.0.113.9 - - " + REQUEST,
                "shop.example.org:443 203.0.113.9 - - " + REQUEST,
                "2001:db8::7 - - " + REQUEST,
                "2001:DB8:0:0:0:0:0:7 - - " + REQUEST,
                "[2001:db8::7] - - " + REQUEST,
                "pc7.example.net - - " + REQUEST,
                "{\"remote_addr\":\"203.0.113.9\",\"time_iso8601\":\"2015-05-17T12:05:03+02:00\","
                        + "\"request\":\"GET /cart?id=7 HTTP/2.0\",\"status\":200,\"http_referer\":\"\",\"http_user_agent\":\"B\"}",
                "{\"remote_addr\":\"203.0.113.9\",\"time_local\":\"17/May/2015:10:05:03 +0000\","
                        + "\"request_method\":\"GET\",\"request_uri\":\"/cart?id=7\",\"status\":\"200\"}",
                "{\"level\":\"info\",\"ts\":1431857103.25,\"logger\":\"http.log.access\",\"msg\":\"handled request\","
                        + "\"request\":{\"remote_ip\":\"203.0.113.9\",\"client_ip\":\"203.0.113.9\",\"proto\":\"HTTP/3.0\","
                        + "\"method\":\"GET\",\"host\":\"example.org\",\"uri\":\"/cart?id=7\","
                        + "\"headers\":{\"User-Agent\":[\"B\"]}},\"status\":200}",
                "{\"ClientHost\":\"203.0.113.9\",\"ClientAddr\":\"203.0.113.9:5123\",\"StartUTC\":\"2015-05-17T10:05:03.5Z\","
                        + "\"RequestMethod\":\"GET\",\"RequestPath\":\"/cart?id=7\",\"DownstreamStatus\":200,"
                        + "\"request_User-Agent\":\"B\",\"level\":\"info\",\"time\":\"2015-05-17T10:05:03Z\"}",
                "{\"client\":{\"ip\":\"203.0.113.9\"},\"@timestamp\":\"2015-05-17T10:05:03Z\",\"url\":{\"original\":\"/cart?id=7\"},"
                        + "\"http\":{\"request\":{\"method\":\"GET\"},\"response\":{\"status_code\":200}},"
                        + "\"user_agent\":{\"original\":\"B\"}}"
            })
    void each_format_is_a_view_of_its_page_at_its_time(String line) throws IOException {
        var run = edge.feed("access-log", log("one.log", line));

        assertThat(run.exitCode()).isZero();
        assertThat(edge.accepted()).singleElement().satisfies(view -> {
            assertThat(view.at("/properties/path").asText()).isEqualTo("/cart");
            assertThat(view.path("timestamp").asText()).startsWith("2015-05-17T10:05:03");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop.example.org:443 - - " + COMBINED, // no client
                "- - - " + COMBINED,
                "unix: - - " + COMBINED,
                "unknown - - " + COMBINED,
                "203.0.113.9 203.0.113.10 frank " + COMBINED, // two clients
                "shop.example.org pc7.example.net - " + COMBINED,
                "shop.example.org 203.0.113.9 - " + COMBINED, // neither a host name's user nor a virtual host's client
                "203.0.113.9 - - [31/Feb/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"B\"",
                "203.0.113.9 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"never ends",
                "203.0.113.9 - - [17/May/2015:10:05:03 +0000] GET / HTTP/1.1 200 12",
                "2015-05-17 10:05:03 GET /cart - 80 - 203.0.113.9 Browser 200 0 0 15",
                "{\"status\":200}",
                "{\"remote_addr\":\"203.0.113.9\",\"request\":\"GET / HTTP/1.1\",\"status\":200}",
                "{\"remote_addr\":\"203.0.113.9\",\"time\":",
                "[1,2]",
            })
    void a_line_in_no_known_format_is_named_and_not_sent(String line) throws IOException {
        var run = edge.feed("access-log", log("one.log", line));

        assertThat(run.out()).contains("one.log line 1 ");
        assertThat(run.err()).contains("one.log");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(edge.requests()).isEmpty();
    }

    @Test
    void a_line_in_another_format_than_its_file_is_named() throws IOException {
        var vhost = "shop.example.org:443 203.0.113.9 - - " + COMBINED;

        var run = edge.feed(
                "access-log", log("a.log", vhost, "203.0.113.9 - - " + COMBINED, vhost, "203.0.113.9 - - " + REQUEST));

        assertThat(run.out())
                .contains(
                        "a.log line 2 is in combined format and its file in combined format with virtual hosts",
                        "a.log line 4 is in common format and its file in combined format with virtual hosts",
                        "2 events sent");
    }

    @Test
    void a_compressed_log_of_several_members_is_read_under_any_name() throws IOException {
        var file = folder.resolve("access.log.1");
        Files.write(file, both(gzip(line("/a")), gzip(line("/b"))));

        var run = edge.feed("access-log", file.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(paths()).containsExactly("/a", "/b");
    }

    @Test
    void the_ids_of_a_compressed_log_are_those_of_the_log() throws IOException {
        var file = Files.write(folder.resolve("a.gz"), gzip(line("/a")));

        edge.feed("access-log", log("a.log", line("/a")));
        edge.feed("access-log", file.toString());

        assertThat(edge.accepted())
                .extracting(view -> view.path("messageId").asText())
                .hasSize(2);
        assertThat(edge.accepted().get(0)).isEqualTo(edge.accepted().get(1));
    }

    @Test
    void a_truncated_compressed_log_is_reported_and_its_readable_part_is_sent() throws IOException {
        var lines = Stream.iterate(0, number -> number + 1)
                .limit(2_000)
                .map(number -> line("/" + number))
                .toList();
        var whole = gzip(String.join("\n", lines));
        var file = Files.write(folder.resolve("a.gz"), java.util.Arrays.copyOf(whole, whole.length / 2));

        var run = edge.feed("access-log", file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("a.gz cannot be read to its end");
        assertThat(edge.accepted()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            GET /a b c.html HTTP/1.1     | /a b c.html
            GET /a#b HTTP/2.0            | /a
            GET /a HTTP/3                | /a
            GET /old                     | /old
            GET /say\\"hi\\" HTTP/1.1    | /say"hi"
            GET /back\\\\slash HTTP/1.1  | /back\\slash
            GET /caf\\xc3\\xa9 HTTP/1.1  | /caf\u00e9
            GET /caf\\xE9 HTTP/1.1       | /caf\u00e9
            GET /caf%C3%A9/ HTTP/1.1     | /caf%C3%A9/
            GET /Case/A;id=1 HTTP/1.1    | /Case/A;id=1
            GET //a/../b HTTP/1.1        | //a/../b
            GET http://example.org/x?y HTTP/1.1 | /x
            GET https://example.org HTTP/1.1    | /
            """)
    void a_page_is_the_unescaped_path_and_otherwise_unchanged(String request, String path) throws IOException {
        edge.feed("access-log", log("a.log", combined(request)));

        assertThat(paths()).containsExactly(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "", "\\x16\\x03\\x01\\x02", "GET", "GET *", "PRI * HTTP/2.0", "OPTIONS * HTTP/1.1"})
    void a_request_for_no_page_is_readable_and_no_view(String request) throws IOException {
        var run = edge.feed("access-log", log("a.log", combined(request)));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("1 lines read", "0 events sent").doesNotContain("Unreadable");
    }

    @Test
    void every_line_is_read_or_reported() {
        var random = new Random(7);
        var seeds = List.of(
                "shop.example.org:443 203.0.113.9, [2001:db8::1] - - " + COMBINED + " \"-\"",
                "{\"remote_addr\":\"203.0.113.9\",\"time\":1431857103.25,\"request\":\"GET / HTTP/2.0\",\"status\":200}");
        var named = 0;

        for (var round = 0; round < 20_000; round++) {
            var line = new StringBuilder(seeds.get(round % seeds.size()));
            for (var change = random.nextInt(4); change >= 0; change--) {
                var at = random.nextInt(line.length());
                switch (random.nextInt(3)) {
                    case 0 -> line.deleteCharAt(at);
                    case 1 -> line.insert(at, line.charAt(random.nextInt(line.length())));
                    default -> line.setCharAt(at, (char) (32 + random.nextInt(96)));
                }
            }
            try {
                assertThat(AccessLogFormat.read(line.toString(), ZoneOffset.UTC).visitor())
                        .matches("[0-9a-f]{32}");
            } catch (AccessLogFormat.UnreadableLine unreadable) {
                named++;
            }
        }

        assertThat(named).isBetween(1_000, 19_000);
    }

    @Test
    void thousands_of_escapes_are_read() throws IOException {
        edge.feed("access-log", log("a.log", line("/" + "\\\"".repeat(15_000))));

        assertThat(paths()).containsExactly("/" + "\"".repeat(15_000));
    }

    @Test
    void a_compressed_log_of_which_nothing_can_be_read_is_named() throws IOException {
        var file = Files.write(folder.resolve("a.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0});

        var run = edge.feed("access-log", file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("a.gz cannot be read to its end");
    }

    @Test
    void a_line_of_ten_megabytes_costs_itself_alone() throws IOException {
        var long1 =
                "203.0.113.9 - - [17/May/2015:10:05:03 +0000] \"GET /" + "x".repeat(10_000_000) + " HTTP/1.1\" 200 1";

        var run = edge.feed("access-log", log("a.log", line("/a"), long1, line("/b")));

        assertThat(run.out()).contains("a.log line 2 is longer than 65,536 characters");
        assertThat(paths()).containsExactly("/a", "/b");
    }

    @Test
    void zeros_that_a_rotation_left_are_skipped() throws IOException {
        edge.feed("access-log", log("a.log", "\0".repeat(100_000) + line("/a")));

        assertThat(paths()).containsExactly("/a");
    }

    @Test
    void a_file_that_is_mostly_unreadable_is_named_and_ends_with_1() throws IOException {
        var garbage = Collections.nCopies(3, "garbage").toArray(String[]::new);

        var run = edge.feed("access-log", log("a.log", line("/a"), line("/b")), log("b.log", garbage));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("b.log is not a readable access log: 3 of its 3 lines");
    }

    @Test
    void a_time_without_a_zone_is_read_in_the_zone_that_is_given_and_the_feed_says_so() throws IOException {
        var line = combined("GET /a HTTP/1.1").replace(" +0000]", "]");

        var utc = edge.feed("access-log", log("a.log", line));
        edge.feed("access-log", "--zone", "America/New_York", log("a.log", line));

        assertThat(utc.out()).contains("1 times without a zone were read in UTC");
        assertThat(edge.accepted())
                .extracting(view -> view.path("timestamp").asText())
                .containsExactly("2015-05-17T10:05:03Z", "2015-05-17T14:05:03Z");
    }

    @Test
    void a_host_of_two_names_is_not_taken_for_a_visitor() throws IOException {
        edge.feed(
                "access-log",
                log(
                        "a.log",
                        "shop.example.org:443 203.0.113.1 - - " + COMBINED,
                        "shop.example.org:443 203.0.113.2 - - " + COMBINED,
                        "blog.example.org:443 203.0.113.1 - - " + COMBINED));

        assertThat(edge.accepted())
                .extracting(view -> view.path("anonymousId").asText())
                .hasSize(3);
        assertThat(edge.accepted().stream()
                        .map(view -> view.path("anonymousId"))
                        .distinct())
                .hasSize(2);
    }

    private List<String> paths() {
        return edge.accepted().stream()
                .map((JsonNode view) -> view.at("/properties/path").asText())
                .toList();
    }

    private String log(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines)).toString();
    }

    private static String line(String target) {
        return combined("GET " + target + " HTTP/1.1");
    }

    private static String combined(String request) {
        return "203.0.113.9 - - [17/May/2015:10:05:03 +0000] \"" + request + "\" 200 12 \"-\" \"Browser\"";
    }

    private static byte[] gzip(String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write((text + "\n").getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] both(byte[] one, byte[] other) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(one);
        bytes.writeBytes(other);
        return bytes.toByteArray();
    }
}

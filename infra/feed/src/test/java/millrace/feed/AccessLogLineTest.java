package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of a web server's log. */
class AccessLogLineTest {
    private static final String AGENT = "\"Mozilla/5.0 (X11; Linux x86_64)\"";

    @Test
    void a_line_is_read_field_by_field() {
        var line = parse("203.0.113.9 - frank [17/May/2015:12:05:03 +0200] \"GET /a/b?q=1 HTTP/1.1\" 200 512"
                + " \"http://example.org/\" " + AGENT);

        assertThat(line.address()).isEqualTo("203.0.113.9");
        assertThat(line.time()).isEqualTo(Instant.parse("2015-05-17T10:05:03Z"));
        assertThat(line.status()).isEqualTo(200);
        assertThat(line.path()).isEqualTo("/a/b");
        assertThat(line.referrer()).isEqualTo("http://example.org/");
        assertThat(line.userAgent()).isEqualTo("Mozilla/5.0 (X11; Linux x86_64)");
        assertThat(line.isPageView()).isTrue();
    }

    @Test
    void an_address_may_be_of_version_6() {
        assertThat(parse(line("2001:db8::7", "GET / HTTP/1.1", "200")).address())
                .isEqualTo("2001:db8::7");
    }

    @Test
    void an_escaped_quote_does_not_end_a_text() {
        var line = parse(
                "203.0.113.9 - - [17/May/2015:10:05:03 +0000] \"GET /say\\\"hi\\\" HTTP/1.1\" 200 - \"-\" \"a \\\\ \\\"b\\\"\"");

        assertThat(line.path()).isEqualTo("/say\\\"hi\\\"");
        assertThat(line.userAgent()).isEqualTo("a \\\\ \\\"b\\\"");
    }

    @Test
    void a_user_name_may_have_spaces() {
        assertThat(AccessLogLine.parse(
                        line("203.0.113.9", "GET / HTTP/1.1", "200").replace("- -", "- jo doe")))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.1,     304, true",
        "GET / HTTP/1.1,     206, false",
        "GET /gone HTTP/1.1, 404, false",
        "POST / HTTP/1.1,    200, false",
        "HEAD / HTTP/1.1,    200, false",
        "-,                  408, false"
    })
    void only_a_page_that_was_shown_is_a_view(String request, String status, boolean isPageView) {
        assertThat(parse(line("203.0.113.9", request, status)).isPageView()).isEqualTo(isPageView);
    }

    @ParameterizedTest
    @CsvSource({"GET /a#b HTTP/1.1, /a", "GET /?a=/b#c HTTP/1.1, /", "GET /a%20b/ HTTP/1.0, /a%20b/", "GET /old, /old"})
    void a_path_ends_before_query_and_fragment_and_stays_as_it_stands(String request, String path) {
        assertThat(parse(line("203.0.113.9", request, "200")).path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nothing of the kind",
                "203.0.113.9 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"never ends",
                "203.0.113.9 - - [31/Feb/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"a\""
            })
    void anything_else_is_not_read(String line) {
        assertThat(AccessLogLine.parse(line)).isEmpty();
    }

    @Test
    void a_visitor_is_an_address_with_a_user_agent_and_shows_neither() {
        var visitor = parse(line("203.0.113.9", "GET / HTTP/1.1", "200")).visitor();

        assertThat(visitor)
                .matches("[0-9a-f]{32}")
                .isEqualTo(parse(line("203.0.113.9", "GET /b HTTP/1.1", "404")).visitor());
        assertThat(visitor)
                .isNotEqualTo(
                        parse(line("203.0.113.8", "GET / HTTP/1.1", "200")).visitor());
        assertThat(visitor)
                .isNotEqualTo(parse(line("203.0.113.9", "GET / HTTP/1.1", "200").replace("X11", "Mac"))
                        .visitor());
    }

    private static AccessLogLine parse(String line) {
        return AccessLogLine.parse(line).orElseThrow();
    }

    private static String line(String address, String request, String status) {
        return "%s - - [17/May/2015:10:05:03 +0000] \"%s\" %s 12 \"-\" %s".formatted(address, request, status, AGENT);
    }
}

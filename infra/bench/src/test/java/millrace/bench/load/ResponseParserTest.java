package millrace.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Responses as servers send them. */
class ResponseParserTest {
    private static final String WHOLE =
            "HTTP/1.1 200 OK\r\nServer: any\r\nContent-Length: 16\r\nDate: today\r\n\r\n{\"success\":true}";

    private final ResponseParser parser = new ResponseParser();

    @Test
    void a_response_may_arrive_in_any_two_pieces() {
        for (var cut = 0; cut < WHOLE.length(); cut++) {
            parser.clear();

            assertThat(parser.read(bytes(WHOLE.substring(0, cut))))
                    .as("cut at " + cut)
                    .isFalse();
            assertThat(parser.read(bytes(WHOLE.substring(cut))))
                    .as("cut at " + cut)
                    .isTrue();
            assertThat(parser.status()).isEqualTo(200);
        }
    }

    @Test
    void header_names_are_case_insensitive() {
        assertThat(parser.read(bytes("HTTP/1.1 503 Away\r\ncontent-LENGTH:  2\r\n\r\n")))
                .isFalse();
        assertThat(parser.read(bytes("no"))).isTrue();
        assertThat(parser.status()).isEqualTo(503);
    }

    @Test
    void a_response_without_content_needs_no_length() {
        assertThat(parser.read(bytes("HTTP/1.1 204 No Content\r\n\r\n"))).isTrue();
    }

    @Test
    void a_response_without_a_known_end_is_refused() {
        assertThatThrownBy(() -> parser.read(bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")))
                .hasMessage("An answer 200 has no content-length.");
    }

    @Test
    void bytes_after_a_response_are_a_fault_of_the_server() {
        assertThatThrownBy(() -> parser.read(bytes(WHOLE + "HTTP/1.1 200 OK")))
                .hasMessage("The server sent more than one answer to a request.");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }
}

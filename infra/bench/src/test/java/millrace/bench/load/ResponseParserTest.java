package millrace.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Answers as servers send them. */
class ResponseParserTest {
    private static final String WHOLE =
            "HTTP/1.1 200 OK\r\nServer: any\r\nContent-Length: 16\r\nDate: today\r\n\r\n{\"success\":true}";

    private final ResponseParser answer = new ResponseParser();

    @Test
    void an_answer_may_come_in_any_two_pieces() {
        for (var cut = 0; cut < WHOLE.length(); cut++) {
            answer.clear();

            assertThat(answer.read(bytes(WHOLE.substring(0, cut))))
                    .as("cut at " + cut)
                    .isFalse();
            assertThat(answer.read(bytes(WHOLE.substring(cut))))
                    .as("cut at " + cut)
                    .isTrue();
            assertThat(answer.status()).isEqualTo(200);
        }
    }

    @Test
    void names_of_headers_may_be_small_or_capital() {
        assertThat(answer.read(bytes("HTTP/1.1 503 Away\r\ncontent-LENGTH:  2\r\n\r\n")))
                .isFalse();
        assertThat(answer.read(bytes("no"))).isTrue();
        assertThat(answer.status()).isEqualTo(503);
    }

    @Test
    void an_answer_without_content_needs_no_length() {
        assertThat(answer.read(bytes("HTTP/1.1 204 No Content\r\n\r\n"))).isTrue();
    }

    @Test
    void an_answer_whose_end_cannot_be_known_is_none() {
        assertThatThrownBy(() -> answer.read(bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")))
                .hasMessage("An answer 200 has no content-length.");
    }

    @Test
    void more_than_was_asked_for_is_a_fault_of_the_server() {
        assertThatThrownBy(() -> answer.read(bytes(WHOLE + "HTTP/1.1 200 OK")))
                .hasMessage("The server sent more than one answer to a request.");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }
}

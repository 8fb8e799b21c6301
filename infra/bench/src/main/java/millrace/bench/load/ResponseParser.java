package millrace.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** Parses an HTTP/1.1 response incrementally: its status and its end. */
final class ResponseParser {
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(US_ASCII);
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private final byte[] head = new byte[8 << 10];
    private int headBytes;
    private int line;
    private int status;
    private long bodyBytes = -1;

    /** Resets the parser for the next response. */
    void clear() {
        headBytes = 0;
        line = 0;
        status = 0;
        bodyBytes = -1;
    }

    int status() {
        return status;
    }

    /**
     * Parses the next piece of the response.
     *
     * @return true if the response is complete
     * @throws IllegalStateException if the response is not supported
     */
    boolean read(ByteBuffer piece) {
        while (status == 0 && piece.hasRemaining()) {
            readHead(piece.get());
        }
        if (status > 0) {
            var skipped = (int) Math.min(bodyBytes, piece.remaining());
            piece.position(piece.position() + skipped);
            bodyBytes -= skipped;
            if (piece.hasRemaining()) {
                throw new IllegalStateException("The server sent more than one answer to a request.");
            }
        }
        return status > 0 && bodyBytes == 0;
    }

    private void readHead(byte next) {
        if (headBytes == head.length) {
            throw new IllegalStateException("The head of an answer has more than " + head.length + " bytes.");
        }
        head[headBytes++] = next;
        if (next == '\n') {
            if (headBytes - line <= 2) {
                endHead();
            } else if (isContentLength()) {
                bodyBytes = number(line + CONTENT_LENGTH.length);
            }
            line = headBytes;
        }
    }

    private void endHead() {
        status = number(STATUS_AT);
        if (bodyBytes < 0 && status != 204) {
            throw new IllegalStateException("An answer " + status + " has no content-length.");
        }
        bodyBytes = Math.max(0, bodyBytes);
    }

    private boolean isContentLength() {
        if (headBytes - line <= CONTENT_LENGTH.length) {
            return false;
        }
        for (var position = 0; position < CONTENT_LENGTH.length; position++) {
            if ((head[line + position] | 0x20) != (CONTENT_LENGTH[position] | 0x20)) {
                return false;
            }
        }
        return true;
    }

    /** Parses a number after optional blanks. */
    private int number(int from) {
        var position = from;
        while (head[position] == ' ') {
            position++;
        }
        var number = 0;
        for (; head[position] >= '0' && head[position] <= '9'; position++) {
            number = 10 * number + head[position] - '0';
        }
        return number;
    }
}

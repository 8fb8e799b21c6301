package millrace.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** Reads an answer of HTTP/1.1 as it comes, in pieces: its status, and where it ends. */
final class ResponseParser {
    private static final byte[] LENGTH = "content-length:".getBytes(US_ASCII);
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private final byte[] head = new byte[8 << 10];
    private int headBytes;
    private int line;
    private int status;
    private long bodyBytes = -1;

    /** Ready for the next one. */
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
     * Takes in the next piece.
     *
     * @return whether the answer is complete
     * @throws IllegalStateException where it is none that this reads
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
            } else if (isLength()) {
                bodyBytes = number(line + LENGTH.length);
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

    private boolean isLength() {
        if (headBytes - line <= LENGTH.length) {
            return false;
        }
        for (var place = 0; place < LENGTH.length; place++) {
            if ((head[line + place] | 0x20) != (LENGTH[place] | 0x20)) {
                return false;
            }
        }
        return true;
    }

    /** The number there, after blanks. */
    private int number(int from) {
        var place = from;
        while (head[place] == ' ') {
            place++;
        }
        var number = 0;
        for (; head[place] >= '0' && head[place] <= '9'; place++) {
            number = 10 * number + head[place] - '0';
        }
        return number;
    }
}

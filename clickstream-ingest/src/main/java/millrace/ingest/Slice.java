package millrace.ingest;

import java.util.Arrays;

/** A part of a request's body. */
record Slice(byte[] body, int from, int to) {
    byte[] bytes() {
        return Arrays.copyOfRange(body, from, to);
    }

    int length() {
        return to - from;
    }
}

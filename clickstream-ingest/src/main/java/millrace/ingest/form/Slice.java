package millrace.ingest.form;

import java.util.Arrays;

/** A part of a request's body. */
public record Slice(byte[] body, int from, int to) {
    public byte[] bytes() {
        return Arrays.copyOfRange(body, from, to);
    }

    public int length() {
        return to - from;
    }
}

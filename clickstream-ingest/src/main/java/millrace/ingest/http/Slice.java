package millrace.ingest.http;

import java.util.Arrays;

/** A range of bytes of a request's body: {@code from} is inclusive, {@code to} exclusive. */
public record Slice(byte[] body, int from, int to) {
    public byte[] bytes() {
        return Arrays.copyOfRange(body, from, to);
    }

    public int length() {
        return to - from;
    }
}

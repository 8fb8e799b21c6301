package millrace.ingest.segment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.StandardCharsets;
import millrace.ingest.http.Slice;

/**
 * A value that is not forwarded as it is written.
 *
 * @param value as it is written
 * @param text its replacement; {@code null} for an address, which the source's rules replace
 */
record ValueReplacement(Slice value, byte[] text) {
    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    static ValueReplacement address(Slice value) {
        return new ValueReplacement(value, null);
    }

    static ValueReplacement emptyObject(Slice value) {
        return new ValueReplacement(value, EMPTY_OBJECT);
    }

    /** @param digits of a number that stands in place of an id */
    static ValueReplacement id(Slice value, String digits) {
        return new ValueReplacement(value, ('"' + digits + '"').getBytes(StandardCharsets.US_ASCII));
    }

    boolean isAddress() {
        return text == null;
    }

    /**
     * Returns the address; {@code null} where the value is not a text. Escapes are not resolved: an address needs none.
     */
    String addressText() {
        var bytes = value.body();
        var isText = value.length() > 1 && bytes[value.from()] == '"';
        return isText ? new String(bytes, value.from() + 1, value.length() - 2, UTF_8) : null;
    }
}

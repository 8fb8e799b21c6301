package millrace.ingest.cloudevents;

import millrace.ingest.http.Slice;

/** Data of a CloudEvent. A text and the same characters as Base64 of bytes are two different values. */
sealed interface EventData {
    /**
     * A JSON value, {@code null} included.
     *
     * @param json its bytes as they came
     */
    record Json(Slice json, boolean isObject) implements EventData {}

    record Text(String text) implements EventData {}

    /** @param base64 of bytes, in the alphabet of RFC 4648, section 4 */
    record Binary(String base64) implements EventData {}
}

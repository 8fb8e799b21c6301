package millrace.audit.seal;

/**
 * A value without seals.
 *
 * @param value the bytes of the record; where parts are redacted, {@code null} of JSON stands for each
 * @param redacted parts whose key is destroyed
 */
public record Opened(byte[] value, int redacted) {}

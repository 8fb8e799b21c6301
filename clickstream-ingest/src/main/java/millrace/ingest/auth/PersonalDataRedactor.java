package millrace.ingest.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/**
 * Redacts a refused body: every {@code writeKey} becomes null, and every field {@code ip} keeps only the part of the
 * address that the source's rules allow. It searches for names and quotation marks alone, because a refused body is
 * often not JSON.
 */
public final class PersonalDataRedactor {
    private static final byte[] NULL = "null".getBytes(UTF_8);
    /** Length of the longest searched name in characters, each written as an escape. */
    private static final int LONGEST_NAME = "writeKey".length() * 6;

    private PersonalDataRedactor() {}

    /** Returns the redacted body; the same array where nothing is redacted. */
    public static byte[] redact(byte[] body, AddressPolicy rule) {
        ByteArrayOutputStream redacted = null;
        var copied = 0;
        var at = 0;
        while (at < body.length) {
            if (body[at] != '"') {
                at++;
                continue;
            }
            var end = endOfText(body, at);
            var value = valueOf(body, at, end);
            var name = value < 0 ? "" : name(body, at, end);
            if (!name.equals("writeKey") && (!name.equals("ip") || rule == AddressPolicy.FULL)) {
                at = end;
                continue;
            }
            var to = endOfValue(body, value);
            redacted = redacted == null ? new ByteArrayOutputStream(body.length) : redacted;
            redacted.write(body, copied, value - copied);
            redacted.writeBytes(name.equals("ip") ? redactedAddress(body, value, to, rule) : NULL);
            copied = to;
            at = to;
        }
        if (redacted == null) {
            return body;
        }
        redacted.write(body, copied, body.length - copied);
        return redacted.toByteArray();
    }

    /**
     * Returns the JSON text of a redacted address; {@code null} of JSON where the value is not a text or nothing may be
     * kept.
     */
    private static byte[] redactedAddress(byte[] body, int value, int to, AddressPolicy rule) {
        var kept = value < to && body[value] == '"' ? rule.apply(unescaped(body, value, to)) : null;
        return kept == null ? NULL : ('"' + kept + '"').getBytes(UTF_8);
    }

    private static String name(byte[] body, int from, int to) {
        return to - from - 2 > LONGEST_NAME ? "" : unescaped(body, from, to);
    }

    /** Returns a JSON text without its quotation marks and with its escapes resolved, {@code \\u} and single ones. */
    private static String unescaped(byte[] body, int from, int to) {
        var text = new String(body, from + 1, Math.max(to - from - 2, 0), UTF_8);
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\' || i + 1 == text.length()) {
                plain.append(text.charAt(i));
            } else if (text.charAt(i + 1) == 'u' && i + 5 < text.length()) {
                plain.append((char) hex(text, i + 2));
                i += 5;
            } else {
                plain.append(text.charAt(++i));
            }
        }
        return plain.toString();
    }

    private static int hex(String text, int from) {
        var number = 0;
        for (int i = from; i < from + 4; i++) {
            number = number << 4 | Math.max(Character.digit(text.charAt(i), 16), 0);
        }
        return number;
    }

    /** Returns the index behind the closing quotation mark, or the end of the body. */
    private static int endOfText(byte[] body, int from) {
        for (int i = from + 1; i < body.length; i++) {
            if (body[i] == '\\') {
                i++;
            } else if (body[i] == '"') {
                return i + 1;
            }
        }
        return body.length;
    }

    /** Returns the start of the value whose name ends there; -1 where the text is not a name. */
    private static int valueOf(byte[] body, int name, int end) {
        if (end - name < 4) {
            return -1;
        }
        var at = blanks(body, end);
        return at < body.length && body[at] == ':' ? blanks(body, at + 1) : -1;
    }

    private static int blanks(byte[] body, int from) {
        var at = from;
        while (at < body.length && body[at] <= ' ' && body[at] >= 0) {
            at++;
        }
        return at;
    }

    private static int endOfValue(byte[] body, int from) {
        if (from < body.length && body[from] == '"') {
            return endOfText(body, from);
        }
        var depth = 0;
        var at = from;
        while (at < body.length) {
            switch (body[at]) {
                case '"' -> {
                    at = endOfText(body, at);
                    continue;
                }
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> {}
            }
            if (depth < 0 || depth == 0 && body[at] == ',') {
                return at;
            }
            at++;
        }
        return at;
    }
}

package millrace.ingest.cloudevents;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A media type of RFC 2046.
 *
 * @param name type and subtype in lower case, for example {@code "text/plain"}
 * @param charset in lower case; {@code null} where there is no such parameter
 */
record MediaType(String name, String charset) {
    /** Characters of a media type with its parameters; a longer one is invalid. */
    private static final int LONGEST = 1_000;

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
    private static final Pattern NAME = Pattern.compile(TOKEN + "/" + TOKEN);
    private static final Pattern PARAMETER =
            Pattern.compile("\\G[ \\t]*+;[ \\t]*+(?:(" + TOKEN + ")=(" + TOKEN + "|\"(?:[^\"\\\\]++|\\\\.)*+\"))?+");

    /** Parses a media type; empty where the text is not one. */
    static Optional<MediaType> of(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        var name = NAME.matcher(text);
        if (!name.lookingAt()) {
            return Optional.empty();
        }
        String charset = null;
        var end = name.end();
        var parameter = PARAMETER.matcher(text);
        while (parameter.find(end)) {
            end = parameter.end();
            if ("charset".equalsIgnoreCase(parameter.group(1))) {
                charset = unquoted(parameter.group(2)).toLowerCase(Locale.ROOT);
            }
        }
        return text.substring(end).isBlank()
                ? Optional.of(new MediaType(name.group().toLowerCase(Locale.ROOT), charset))
                : Optional.empty();
    }

    /** Returns true where content of this type is JSON: the subtype is {@code json} or ends with {@code +json}. */
    boolean isJson() {
        return name.endsWith("/json") || name.endsWith("+json");
    }

    boolean isText() {
        return name.startsWith("text/");
    }

    /** Returns true where text of this type can be read as UTF-8. */
    boolean isUtf8() {
        return charset == null || charset.equals("utf-8") || charset.equals("utf8") || charset.equals("us-ascii");
    }

    private static String unquoted(String value) {
        return value.startsWith("\"") ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
    }
}

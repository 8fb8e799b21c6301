package millrace.ingest.cloudevents;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import millrace.ingest.http.Limits;

/**
 * Context attributes of one CloudEvent, checked by the specification's rules for their names, types and values. A
 * faulty attribute adds a fault and is not kept. An event has at most {@value #MOST}; further ones are not read, and
 * the event is refused.
 */
final class ContextAttributes {
    static final String ID = "id";
    static final String SOURCE = "source";
    static final String TYPE = "type";
    static final String SUBJECT = "subject";
    static final String TIME = "time";
    static final String CONTENT_TYPE = "datacontenttype";
    static final String KEY = "partitionkey";
    static final String VERSION = "specversion";

    static final int MOST = 50;

    /** Characters of a source, which can be a record's key. */
    private static final int LONGEST_SOURCE = Limits.VISITOR_ID;

    /** Attributes of the specification itself: each of them is a string in JSON. */
    private static final Set<String> CORE =
            Set.of(ID, SOURCE, TYPE, SUBJECT, TIME, CONTENT_TYPE, "dataschema", VERSION);

    private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,100}");
    private static final Pattern INTEGER = Pattern.compile("-?(?:0|[1-9][0-9]{0,9})");

    private final Map<String, Object> values = new LinkedHashMap<>();
    private final CloudEventFaults faults;
    private int attributes;

    ContextAttributes(CloudEventFaults faults) {
        this.faults = faults;
    }

    /** Returns the attributes by their names, in the order in which they came: texts, integers and booleans. */
    Map<String, Object> values() {
        return values;
    }

    /** Returns the canonical text of an attribute; {@code null} where it is not set. */
    String text(String name) {
        var value = values.get(name);
        return value == null ? null : value.toString();
    }

    /** Returns the time of the event; {@code null} where it has none. */
    Instant time() {
        var time = text(TIME);
        return time == null ? null : Rfc3339.instant(time).orElseThrow();
    }

    /** Adds the value at the parser. JSON's {@code null} is an attribute that is not set. */
    void add(String name, JsonParser parser) throws IOException {
        if (!isNew(name)) {
            return;
        }
        switch (parser.currentToken()) {
            case VALUE_NULL -> values.put(name, null);
            case VALUE_STRING -> add(name, parser.getText());
            case VALUE_TRUE, VALUE_FALSE -> addTyped(name, parser.hasToken(JsonToken.VALUE_TRUE));
            case VALUE_NUMBER_INT -> addInteger(name, parser.getText());
            default -> noAttribute(name);
        }
    }

    /** Adds a text that was decoded from a header. */
    void addHeader(String name, String text) {
        if (isNew(name)) {
            add(name, text);
        }
    }

    /** Adds a fault for a header that cannot be decoded. */
    void undecoded(String name) {
        if (isNew(name)) {
            values.put(name, "");
            faults.add("the header ce-" + name + " must be percent-encoded UTF-8");
        }
    }

    boolean isEmpty() {
        return attributes == 0;
    }

    /** Sets an attribute that the format implies, where the sender has not set it. */
    void imply(String name, String value) {
        values.putIfAbsent(name, value);
    }

    /** Removes attributes that are not set and checks the number of attributes, when all are added. */
    void complete() {
        values.values().removeIf(value -> value == null);
        if (attributes > MOST) {
            faults.add("an event must have at most " + MOST + " attributes and has " + attributes);
        }
    }

    /** Adds a fault for each missing attribute. An attribute that is there and faulty has its fault already. */
    void require(String... names) {
        for (var name : names) {
            if (values.get(name) == null) {
                faults.add(name + " is required");
            }
        }
    }

    /** Returns true where an attribute of that name may be added; otherwise adds the fault. */
    private boolean isNew(String name) {
        attributes++;
        if (attributes > MOST) {
            return false;
        }
        if (!NAME.matcher(name).matches() || name.equals("data")) {
            faults.add("the attribute " + shown(name) + " must have a name of lower-case letters and digits, not data");
            return false;
        }
        if (values.containsKey(name)) {
            faults.add(shown(name) + " is there twice");
            return false;
        }
        return true;
    }

    private void add(String name, String text) {
        var fault = fault(name, text);
        if (fault == null) {
            values.put(name, text);
        } else {
            values.put(name, "");
            faults.add(shown(name) + " " + fault);
        }
    }

    private void addInteger(String name, String digits) {
        var isInteger = INTEGER.matcher(digits).matches() && Long.parseLong(digits) == (int) Long.parseLong(digits);
        if (isInteger) {
            addTyped(name, Integer.valueOf(digits));
        } else {
            noAttribute(name);
        }
    }

    private void addTyped(String name, Object value) {
        if (CORE.contains(name)) {
            noAttribute(name);
        } else {
            values.put(name, value);
        }
    }

    private void noAttribute(String name) {
        values.put(name, "");
        faults.add(shown(name)
                + (CORE.contains(name)
                        ? " must be a JSON string"
                        : " must be a string, true, false or an integer of 32 bits without fraction and exponent"));
    }

    /** Returns the fault of a value; {@code null} where it is valid. */
    private static String fault(String name, String text) {
        var longest = switch (name) {
            case ID -> Limits.EVENT_ID;
            case SOURCE -> LONGEST_SOURCE;
            case KEY -> Limits.VISITOR_ID;
            default -> Limits.TEXT;
        };
        if (text.length() > longest) {
            return "must have at most " + longest + " characters";
        }
        if (!text.codePoints().allMatch(ContextAttributes::isCharacter)) {
            return "must not have control characters, halves of characters or noncharacters";
        }
        return switch (name) {
            case ID, TYPE, SUBJECT, KEY -> text.isEmpty() ? "must not be empty" : null;
            case VERSION -> text.equals("1.0") ? null : "must be 1.0";
            case SOURCE -> text.isEmpty() || !UriReference.is(text) ? "must be a URI reference, and not empty" : null;
            case "dataschema" -> UriReference.isAbsolute(text) ? null : "must be an absolute URI";
            case CONTENT_TYPE -> MediaType.of(text).isPresent() ? null : "must be a media type";
            case TIME ->
                Rfc3339.instant(text).isPresent() ? null : "must be a time of RFC 3339, such as 2024-05-01T12:00:00Z";
            default -> null;
        };
    }

    /**
     * Returns true where the type String allows a character: no control character, no half of a surrogate pair, no
     * noncharacter of Unicode.
     */
    private static boolean isCharacter(int point) {
        return !Character.isISOControl(point)
                && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                && (point < 0xFDD0 || point > 0xFDEF)
                && (point & 0xFFFE) != 0xFFFE;
    }

    /** Returns a name as a fault may show it: no longer than a line, and printable. */
    private static String shown(String name) {
        var start = name.length() > 40 ? name.substring(0, 40) + "..." : name;
        return start.replaceAll("[^ -~]", "?");
    }
}

package millrace.console.event;

import java.util.Optional;
import java.util.regex.Pattern;
import millrace.console.call.ConsoleException;

/**
 * Names one event, or several of which one is chosen.
 *
 * @param kind of the name
 * @param text the order id, the trace id, the visitor, or channel, partition and offset
 */
record EventName(Kind kind, String text) {
    /** Longest name that is searched for. */
    static final int LONGEST = 300;

    private static final Pattern TRACE =
            Pattern.compile("(?:[0-9a-f]{2}-)?([0-9a-f]{32})(?:-[0-9a-f]{16}-[0-9a-f]{2})?");
    private static final Pattern RECORD =
            Pattern.compile("(?:clicks|transactions|rejected-events)/[0-9]{1,5}/[0-9]{1,18}");
    private static final String VISITOR = "visitor:";
    private static final String ORDER = "order:";

    enum Kind {
        ORDER,
        TRACE,
        VISITOR,
        RECORD
    }

    /**
     * Tells the kind by the form: SOURCE/NUMBER is an order, 32 hexadecimal digits or a traceparent a trace,
     * CHANNEL/PARTITION/OFFSET a record, anything else a visitor; {@code order:} or {@code visitor:} before it says it.
     *
     * @throws ConsoleException 400 where it is blank or too long
     */
    static EventName parse(String text) {
        var name = text.strip();
        if (name.isEmpty() || name.equals(VISITOR) || name.equals(ORDER) || name.length() > LONGEST) {
            throw ConsoleException.badRequest("An order, a visitor or a trace has 1 to " + LONGEST + " characters.");
        }
        if (name.startsWith(VISITOR)) {
            return new EventName(Kind.VISITOR, name.substring(VISITOR.length()));
        }
        if (name.startsWith(ORDER)) {
            return new EventName(Kind.ORDER, name.substring(ORDER.length()));
        }
        if (RECORD.matcher(name).matches()) {
            return new EventName(Kind.RECORD, name);
        }
        return traceId(name)
                .map(trace -> new EventName(Kind.TRACE, trace))
                .orElseGet(() -> new EventName(isOrder(name) ? Kind.ORDER : Kind.VISITOR, name));
    }

    /** Returns the trace id of a traceparent, or of the id alone. */
    static Optional<String> traceId(String text) {
        var found = TRACE.matcher(text);
        return found.matches() ? Optional.of(found.group(1)) : Optional.empty();
    }

    private static boolean isOrder(String name) {
        var slash = name.indexOf('/');
        return slash > 0 && slash < name.length() - 1;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case ORDER -> "order " + text;
            case TRACE -> "trace " + text;
            case VISITOR -> "visitor " + text;
            case RECORD -> "record " + text;
        };
    }
}

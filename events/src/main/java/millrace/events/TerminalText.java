package millrace.events;

import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * Text of others for a terminal. Record values, header names and names of consumer groups can have any characters: those
 * that would end the line, command the terminal or reorder what it shows are escaped as {@code \}{@code u001b}.
 */
public final class TerminalText {
    private TerminalText() {}

    /** Escapes the text of one line. */
    public static String line(String text) {
        return escaped(text, code -> false);
    }

    /** Escapes text of several lines, whose ends and tabulators stay. */
    public static String lines(String text) {
        return escaped(text, code -> code == '\n' || code == '\t');
    }

    private static String escaped(String text, IntPredicate stays) {
        return text.codePoints()
                .mapToObj(code ->
                        isCommand(code) && !stays.test(code) ? "\\u%04x".formatted(code) : Character.toString(code))
                .collect(Collectors.joining());
    }

    /** Tells whether a character is a control character of C0 or C1, ends a line, or sets the direction of text. */
    private static boolean isCommand(int code) {
        return Character.isISOControl(code)
                || code == 0x061c
                || code == 0x200e
                || code == 0x200f
                || code >= 0x2028 && code <= 0x202e
                || code >= 0x2066 && code <= 0x2069;
    }
}

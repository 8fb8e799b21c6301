package millrace.fork;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Removes blocks of a text that belong to a part that is left out, and the marks of the others. A mark is a comment:
 * {@code fork: audit} begins a block of the part audit, {@code fork: analytics audit} one that needs both, {@code fork:
 * end} ends the innermost one, and {@code fork: instead TEXT} before it is what stands there where the block goes. A mark
 * has its line for itself; in a document it may also stand within a line.
 */
final class MarkedBlocks {
    private static final String MARK = "fork: ";
    private static final Pattern MARKS = Pattern.compile(
            "^(?<indent>[ \\t]*)(?:(?://|#|--) fork: (?<line>[^\\n]*?)|<!-- fork: (?<alone>(?:(?!-->)[^\\n])*) -->)[ \\t]*\\n"
                    + "|<!-- fork: (?<within>(?:(?!-->)[^\\n])*) -->",
            Pattern.MULTILINE);

    private final Set<String> known;
    private final Set<String> leftOut;

    MarkedBlocks(Set<String> known, Set<String> leftOut) {
        this.known = known;
        this.leftOut = leftOut;
    }

    /** A block that is open: whether its content goes, and whether that of the blocks around it does. */
    private record Block(boolean goes, boolean aroundGoes) {}

    String trim(String path, String text) {
        if (!text.contains(MARK)) {
            return text;
        }
        var result = new StringBuilder();
        Deque<Block> open = new ArrayDeque<>();
        var marks = MARKS.matcher(text);
        var from = 0;
        while (marks.find()) {
            var gone = !open.isEmpty() && open.peek().goes();
            append(result, text.substring(from, marks.start()), gone);
            from = marks.end();
            var mark = Stream.of("line", "alone", "within")
                    .map(marks::group)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElseThrow();
            if (mark.equals("end")) {
                if (open.poll() == null) {
                    throw new ForkException(path + " has \"fork: end\" without a beginning.");
                }
            } else if (mark.startsWith("instead ")) {
                if (open.isEmpty()) {
                    throw new ForkException(path + " has \"" + MARK + mark + "\" outside of a block.");
                }
                if (gone && !open.peek().aroundGoes()) {
                    var own = mark.substring("instead ".length());
                    result.append(marks.group("indent") == null ? own : marks.group("indent") + own + "\n");
                }
            } else {
                open.push(new Block(gone || goes(path, mark), gone));
            }
        }
        if (!open.isEmpty()) {
            throw new ForkException(path + " has a block without \"fork: end\".");
        }
        return result.append(text.substring(from)).toString();
    }

    private static void append(StringBuilder result, String text, boolean gone) {
        if (!gone) {
            result.append(text);
        }
    }

    private boolean goes(String path, String parts) {
        var names = Stream.of(parts.split(" ")).toList();
        names.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new ForkException("%s has \"%s%s\": there is no part %s.".formatted(path, MARK, parts, name));
        });
        return names.stream().anyMatch(leftOut::contains);
    }
}

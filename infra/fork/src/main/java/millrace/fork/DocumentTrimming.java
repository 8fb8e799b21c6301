package millrace.fork;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Removes from documents what they say of parts that are gone, in whole blocks: a row of a table, an item of a list, a
 * paragraph and the command below it, a command and its answer, and a section whose heading is about such a part or of
 * which nothing is left. The name of a type that is gone is removed from a list of names, which stays. Writers and
 * readers in the table of channels become those of the catalogue.
 */
final class DocumentTrimming {
    private static final Pattern HEADING = Pattern.compile("(#+) (.*)");
    private static final Pattern ITEM = Pattern.compile("(?:[-*]|\\d+\\.) .*");
    private static final Pattern LINK = Pattern.compile("\\[([^]]*)]\\(([^)#:]*)(?:#([^)]+))?\\)");
    private static final Pattern ENTRY = Pattern.compile(" *- \\**\\[[^]]*]\\(#[^)]*\\)\\**");
    private static final Pattern JAVA = Pattern.compile(".*/(\\w+)\\.java");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:\\.\\w+)*(?:\\(\\))?`(?:\\\\\\*)?");
    private static final int COLUMNS_OF_CHANNELS = 7;

    private final ForkTree tree;
    private final CatalogueTrimming catalogue;
    private final Collection<OptionalPart> parts;
    private final Set<String> goneTypes;

    /** @param before paths of the project before anything was removed */
    DocumentTrimming(
            ForkTree tree, CatalogueTrimming catalogue, Collection<OptionalPart> parts, Collection<String> before) {
        this.tree = tree;
        this.catalogue = catalogue;
        this.parts = parts;
        this.goneTypes = types(before);
        goneTypes.removeAll(types(tree.paths()));
    }

    private static Set<String> types(Collection<String> paths) {
        return paths.stream()
                .map(JAVA::matcher)
                .filter(Matcher::matches)
                .map(java -> java.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private enum Kind {
        HEADING,
        TABLE,
        ITEM,
        COMMAND,
        ANSWER,
        PARAGRAPH
    }

    /**
     * Lines that stay or go together.
     *
     * @param gap empty lines before it
     */
    private record Block(Kind kind, String gap, String text) {
        int level() {
            return text.indexOf(' ');
        }
    }

    void run() {
        var documents =
                tree.paths().stream().filter(path -> path.endsWith(".md")).toList();
        documents.forEach(path -> tree.change(path, text -> document(path, text)));
        Map<String, Set<String>> anchors = new TreeMap<>();
        documents.forEach(path -> anchors.put(path, anchors(tree.text(path))));
        documents.forEach(path -> tree.change(path, text -> withoutDeadLinks(path, text, anchors)));
    }

    private String document(String path, String text) {
        var kept = new ArrayList<Block>();
        var goneLevel = Integer.MAX_VALUE;
        Block gone = null;
        for (var block : blocks(text)) {
            if (block.kind() == Kind.HEADING && block.level() <= goneLevel) {
                goneLevel = isGone(path, block.text()) ? block.level() : Integer.MAX_VALUE;
            }
            if (goneLevel < Integer.MAX_VALUE || goesWith(block, gone)) {
                gone = block;
                continue;
            }
            var trimmed = block.kind() == Kind.TABLE ? table(path, block) : block;
            if (trimmed.text().isEmpty() || block.kind() != Kind.TABLE && isGone(path, block.text())) {
                gone = block;
            } else {
                gone = null;
                kept.add(trimmed);
            }
        }
        return withoutEmptySections(kept).stream()
                        .map(block -> block.gap() + block.text())
                        .collect(Collectors.joining("\n"))
                        .stripLeading()
                + "\n";
    }

    /** An answer goes with its command, a command with the paragraph that introduces it. */
    private static boolean goesWith(Block block, Block gone) {
        return gone != null
                && (block.kind() == Kind.ANSWER || block.kind() == Kind.COMMAND && gone.kind() == Kind.PARAGRAPH);
    }

    private static List<Block> blocks(String text) {
        var blocks = new ArrayList<Block>();
        var lines = text.stripTrailing().split("\n", -1);
        for (var i = 0; i < lines.length; ) {
            var gap = new StringBuilder();
            while (lines[i].isBlank()) {
                // Empty lines beside a mark that is gone are one.
                gap.setLength(0);
                gap.append('\n');
                i++;
            }
            var kind = kind(lines[i]);
            var end = i + 1;
            while (end < lines.length && continues(kind, lines[end], end == i + 1, lines[end - 1])) {
                end++;
            }
            blocks.add(new Block(
                    kind, gap.toString(), String.join("\n", List.of(lines).subList(i, end))));
            i = end;
        }
        return blocks;
    }

    private static Kind kind(String line) {
        if (HEADING.matcher(line).matches()) {
            return Kind.HEADING;
        } else if (line.startsWith("```")) {
            return line.equals("```sh") ? Kind.COMMAND : Kind.ANSWER;
        } else if (line.startsWith("|")) {
            return Kind.TABLE;
        }
        return ITEM.matcher(line).matches() ? Kind.ITEM : Kind.PARAGRAPH;
    }

    private static boolean continues(Kind kind, String line, boolean first, String before) {
        return switch (kind) {
            case HEADING -> false;
            case TABLE -> line.startsWith("|");
            case COMMAND, ANSWER -> first || !before.equals("```");
            case ITEM -> line.startsWith("  ");
            case PARAGRAPH -> !line.isBlank() && kind(line) == Kind.PARAGRAPH;
        };
    }

    /** A table of which no row is left is empty. */
    private Block table(String path, Block block) {
        var rows = new ArrayList<String>();
        for (var row : block.text().split("\n")) {
            var shorter = withoutGoneNames(row);
            if (rows.size() < 2) {
                rows.add(row);
            } else if (!isGone(path, shorter)) {
                rows.add(channel(shorter));
            }
        }
        return new Block(block.kind(), block.gap(), rows.size() > 2 ? String.join("\n", rows) : "");
    }

    /** Removes names of types that are gone from the lists of a row: not one that stands alone. */
    private String withoutGoneNames(String row) {
        var result = row;
        for (var name : NAMED.matcher(row).results().toList()) {
            if (goneTypes.contains(name.group(1))) {
                var quoted = Pattern.quote(name.group());
                result = result.replaceFirst("(?:, | and )" + quoted + "|" + quoted + ", ", "");
            }
        }
        return result;
    }

    private String channel(String row) {
        var cells = row.split(" \\| ");
        var name = cells[0].replaceAll("[|` ]", "");
        if (cells.length != COLUMNS_OF_CHANNELS - 1 || !catalogue.hasChannel(name)) {
            return row;
        }
        cells[4] = String.join(", ", catalogue.writers(name));
        cells[5] = catalogue.readers(name).contains("*") ? "anyone" : String.join(", ", catalogue.readers(name));
        return String.join(" | ", cells) + " |";
    }

    private boolean isGone(String path, String text) {
        var own = withoutReadersAndWriters(text);
        return parts.stream().anyMatch(part -> !part.calledIn(path, own).isEmpty())
                || NAMED.matcher(text).results().anyMatch(name -> goneTypes.contains(name.group(1)))
                || catalogue.goneChannels().stream().anyMatch(channel -> text.contains("`" + channel + "`"))
                || LINK.matcher(text).results().anyMatch(link -> isDead(path, link.group(2)));
    }

    /** A row of the table of channels stays although a module that is gone writes or reads it. */
    private String withoutReadersAndWriters(String text) {
        var cells = text.split(" \\| ");
        return text.indexOf('\n') < 0
                        && cells.length == COLUMNS_OF_CHANNELS - 1
                        && catalogue.hasChannel(cells[0].replaceAll("[|` ]", ""))
                ? String.join(" | ", List.of(cells).subList(0, 4))
                : text;
    }

    private boolean isDead(String path, String target) {
        return !target.isEmpty() && !tree.hasAny(resolve(path, target));
    }

    private static String resolve(String path, String target) {
        var resolved = Path.of(path).resolveSibling(target).normalize().toString();
        return resolved.endsWith("/") ? resolved.substring(0, resolved.length() - 1) : resolved;
    }

    /** A heading stays where something stands below it before the next one of its level. */
    private static List<Block> withoutEmptySections(List<Block> blocks) {
        var kept = new ArrayList<Block>();
        for (var i = blocks.size() - 1; i >= 0; i--) {
            var block = blocks.get(i);
            var isEmpty = block.kind() == Kind.HEADING
                    && block.level() > 1
                    && (kept.isEmpty()
                            || kept.getFirst().kind() == Kind.HEADING
                                    && kept.getFirst().level() <= block.level());
            if (!isEmpty) {
                kept.addFirst(block);
            }
        }
        return kept;
    }

    private static Set<String> anchors(String text) {
        return text.lines()
                .map(HEADING::matcher)
                .filter(Matcher::matches)
                .map(heading -> heading.group(2)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    /** A link to a heading that is gone becomes its text; an item that is nothing but that link goes. */
    private static String withoutDeadLinks(String path, String text, Map<String, Set<String>> anchors) {
        var result = new StringBuilder();
        for (var line : text.split("\n")) {
            var alive = LINK.matcher(line)
                    .replaceAll(link ->
                            Matcher.quoteReplacement(isDead(path, link, anchors) ? link.group(1) : link.group()));
            if (alive.equals(line) || !ENTRY.matcher(line).matches()) {
                result.append(alive).append('\n');
            }
        }
        return result.toString();
    }

    private static boolean isDead(String path, MatchResult link, Map<String, Set<String>> anchors) {
        var target = link.group(2).isEmpty() ? path : resolve(path, link.group(2));
        return link.group(3) != null
                && anchors.containsKey(target)
                && !anchors.get(target).contains(link.group(3));
    }
}

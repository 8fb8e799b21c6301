package millrace.fork;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds what a fork must not have: the name of the template in any form, marks, and words, types and files of parts that
 * were left out.
 */
final class Leftovers {
    private static final Pattern JAVA = Pattern.compile(".*/(\\w+)\\.java");

    /** A name of several words is of that type and of nothing else: no simple name occurs twice in the build. */
    private static final Pattern COMPOUND = Pattern.compile("(?:[A-Z][a-z0-9]+){2,}[A-Z]?");

    private static final Pattern IMPORT_OF_OTHERS =
            Pattern.compile("(?m)^import (?!static )(?!" + ForkName.TEMPLATE.packageName() + "\\.)[\\w.]+\\.(\\w+);");

    private static final Pattern WORD = Pattern.compile("\\w+");
    private static final Pattern MARK = Pattern.compile("(?://|#|--) fork: ");

    private final ForkTree template;

    Leftovers(ForkTree template) {
        this.template = template;
    }

    /** Returns a sentence for each place. */
    List<String> in(ForkTree fork, Set<String> leftOut) {
        var found = new ArrayList<String>();
        var types = goneTypes(fork, leftOut);
        for (var path : fork.paths()) {
            if (hasName(path)) {
                found.add(path + " has the name of the template.");
            }
            for (var name : leftOut) {
                if (OptionalPart.ALL.get(name).owns(path)) {
                    found.add(path + " belongs to " + name + ".");
                }
            }
            if (fork.isText(path)) {
                var text = fork.text(path);
                add(found, path, lines(text, Leftovers::hasName), "has the name of the template");
                add(found, path, lines(text, line -> MARK.matcher(line).find()), "has a mark");
                add(found, path, lines(text, line -> names(line, types)), "names a type that is gone");
                for (var name : leftOut) {
                    add(found, path, OptionalPart.ALL.get(name).calledIn(path, text), "is about " + name);
                }
            }
        }
        return found;
    }

    /** Returns the parts that a fork has left out. */
    static Set<String> leftOut(ForkTree fork) {
        return OptionalPart.ALL.entrySet().stream()
                .filter(part -> part.getValue().isLeftOut(fork))
                .map(part -> part.getKey())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> goneTypes(ForkTree fork, Set<String> leftOut) {
        var gone = types(template.paths().stream()
                .filter(path -> leftOut.stream()
                        .anyMatch(part -> OptionalPart.ALL.get(part).owns(path)))
                .toList());
        gone.removeAll(types(fork.paths()));
        gone.removeAll(typesOfOthers());
        return gone;
    }

    /** Types of libraries that have the name of one of this project. */
    private Set<String> typesOfOthers() {
        return template.paths().stream()
                .filter(path -> path.endsWith(".java"))
                .flatMap(path -> IMPORT_OF_OTHERS.matcher(template.text(path)).results())
                .map(type -> type.group(1))
                .collect(Collectors.toSet());
    }

    private static Set<String> types(Collection<String> paths) {
        return paths.stream()
                .map(JAVA::matcher)
                .filter(java ->
                        java.matches() && COMPOUND.matcher(java.group(1)).matches())
                .map(java -> java.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean names(String line, Set<String> types) {
        return WORD.matcher(line).results().anyMatch(word -> types.contains(word.group()));
    }

    private static boolean hasName(String text) {
        return text.toLowerCase(Locale.ROOT).contains(ForkName.TEMPLATE.id());
    }

    private static void add(List<String> found, String path, List<String> lines, String what) {
        lines.forEach(line -> found.add(
                path + ":" + line.replaceFirst(": .*", "") + " " + what + ":" + line.replaceFirst("^\\d+:", "")));
    }

    /** Returns the lines of a text that match, each with its number. */
    static List<String> lines(String text, Predicate<String> wanted) {
        var lines = text.split("\n", -1);
        var found = new ArrayList<String>();
        for (var i = 0; i < lines.length; i++) {
            if (wanted.test(lines[i])) {
                var line = lines[i].strip();
                found.add((i + 1) + ": " + (line.length() > 120 ? line.substring(0, 117) + "..." : line));
            }
        }
        return found;
    }
}

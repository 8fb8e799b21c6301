package millrace.fork;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A part of the project that a fork can leave out, as {@code parts.yaml} says.
 *
 * @param about one sentence for the plan
 * @param optional false where nobody chooses it: what makes forks goes always, others go with what they need
 * @param modules folders of its modules; one that is in the catalogue takes its channels with it
 * @param scripts names in {@code bin/}; their help goes with them
 * @param files other files; {@code *} stands for anything
 * @param classes in modules that stay
 * @param words pattern of what only this part is called: it is in no file of a fork without it
 * @param apart pattern of lines, or of paths, where such a word is something else
 * @param needs parts without which this one makes no sense: it goes with each of them
 */
record OptionalPart(
        String about,
        boolean optional,
        List<String> modules,
        List<String> scripts,
        List<String> files,
        List<String> classes,
        String words,
        String apart,
        List<String> needs) {
    /** The part that every fork leaves out. */
    static final String SELF = "self";

    /** Expressions that were compiled: each is asked of every path, and of every line. */
    private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

    /** All parts by their names, in the sequence of the file. */
    static final Map<String, OptionalPart> ALL = read();

    private static Map<String, OptionalPart> read() {
        var mapper = YAMLMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .build();
        try (var file = OptionalPart.class.getResourceAsStream("/parts.yaml")) {
            return mapper.readValue(file, new TypeReference<LinkedHashMap<String, OptionalPart>>() {});
        } catch (IOException e) {
            throw new ForkException("parts.yaml cannot be read: " + e.getMessage(), e);
        }
    }

    /** Returns the names of the parts that a fork may leave out. */
    static List<String> choices() {
        return ALL.keySet().stream().filter(name -> ALL.get(name).optional()).toList();
    }

    /** Those names in the help of the command. */
    static final class Choices implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return choices().iterator();
        }
    }

    /** Returns the parts that go with those that were named: the ones that need them, and bin/fork itself. */
    static Set<String> withDependents(Collection<String> named) {
        var all = new TreeSet<>(named);
        all.add(SELF);
        while (ALL.entrySet().stream()
                .filter(part -> part.getValue().needs().stream().anyMatch(all::contains))
                .map(part -> all.add(part.getKey()))
                .reduce(false, Boolean::logicalOr)) {
            // A part that goes can take others with it.
        }
        return all;
    }

    /** Returns true for a file of the part. The help of a script goes with it. */
    boolean owns(String path) {
        return modules.stream().anyMatch(module -> path.startsWith(module + "/"))
                || scripts.stream().anyMatch(script -> isOfScript(path, script))
                || files.stream().anyMatch(file -> names(file, path))
                || classes.stream().anyMatch(name -> path.endsWith("/" + name + ".java"));
    }

    private static boolean isOfScript(String path, String script) {
        return path.startsWith("bin/")
                && pattern("bin/(help/)?" + Pattern.quote(script) + "(-.*)?(\\.txt)?")
                        .matcher(path)
                        .matches();
    }

    /** Returns true if a name, in which {@code *} stands for anything, is that of a path. */
    static boolean names(String name, String path) {
        return name.contains("*")
                ? pattern(Pattern.quote(name).replace("*", "\\E.*\\Q"))
                        .matcher(path)
                        .matches()
                : path.equals(name);
    }

    private static Pattern pattern(String expression) {
        return PATTERNS.computeIfAbsent(expression, Pattern::compile);
    }

    /** Returns true if a project has none of its modules; if the part has no module, if its first file is not there. */
    boolean isLeftOut(ForkTree fork) {
        return modules.isEmpty()
                ? !fork.has(files.getFirst())
                : modules.stream().noneMatch(fork::hasAny);
    }

    /** Returns the lines of a file that call it by a word of its own, each with its number. */
    List<String> calledIn(String path, String text) {
        if (words.isEmpty()) {
            return List.of();
        }
        var word = pattern(words);
        var others = pattern(apart.isEmpty() ? "(?!)" : apart);
        return others.matcher(path).find()
                ? List.of()
                : Leftovers.lines(
                        text,
                        line -> word.matcher(others.matcher(line).replaceAll(""))
                                .find());
    }
}

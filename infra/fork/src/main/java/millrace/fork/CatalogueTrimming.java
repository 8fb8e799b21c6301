package millrace.fork;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Removes modules from the catalogue, and with them the channels that nobody else writes: their schemas, their constants
 * in Java, and the types of their messages where nothing else uses them. A channel that only they read is for anyone; one
 * that others write, too, belongs to the first of them.
 */
final class CatalogueTrimming {
    private static final String HOME = "events/src/main/resources/millrace/events/";
    private static final String CATALOGUE = HOME + "channels.yaml";
    private static final String JAVA = "events/src/main/java/millrace/events/";
    private static final String PACKAGE = "millrace.events";
    private static final String CHANNELS = JAVA + "Channels.java";

    private static final Pattern CHANNEL = Pattern.compile("(?m)^  ([a-z][a-z-]*):\\n(?:    .*\\n)+");
    private static final Pattern GROUP = Pattern.compile("(?m)^  - x-owner: (.*)\\n(?:    .*\\n)+");
    private static final Pattern OWNER = Pattern.compile("(?m)^    x-owner: (.*)$");
    private static final Pattern CONSTANT =
            Pattern.compile("\\n    public static final Channel<[^;]*?> [A-Z_]+ =\\s*\\w+\\(\"([^\"]+)\"[^;]*;");
    private static final Pattern TYPE = Pattern.compile("Channel<String, (\\w+)>");

    private final ForkTree tree;
    private final List<String> modules;
    private final List<OptionalPart> parts;
    private final Set<String> goneChannels = new TreeSet<>();

    /** @param modules that go, with all the parts that they belong to */
    CatalogueTrimming(ForkTree tree, List<String> modules, List<OptionalPart> parts) {
        this.tree = tree;
        this.modules = modules;
        this.parts = parts;
    }

    Set<String> goneChannels() {
        return goneChannels;
    }

    boolean hasChannel(String name) {
        return CHANNEL.matcher(tree.text(CATALOGUE))
                .results()
                .anyMatch(found -> found.group(1).equals(name));
    }

    /** Returns the modules that write a channel, its owner first. */
    List<String> writers(String name) {
        var text = declaration(name);
        var owner = OWNER.matcher(text);
        var writers = remaining(text, "x-writers");
        if (owner.find()) {
            writers.addFirst(owner.group(1));
        }
        return writers;
    }

    /** Returns the modules that read a channel; {@code *} is any. */
    List<String> readers(String name) {
        return remaining(declaration(name), "x-readers").stream()
                .map(reader -> reader.replace("'", ""))
                .toList();
    }

    private String declaration(String name) {
        return CHANNEL.matcher(tree.text(CATALOGUE))
                .results()
                .filter(found -> found.group(1).equals(name))
                .map(found -> found.group())
                .findFirst()
                .orElseThrow();
    }

    void run() {
        var text = tree.text(CATALOGUE);
        var begin = text.indexOf("\nchannels:\n") + 1;
        var end = endOfChannels(text, begin);
        tree.write(
                CATALOGUE,
                head(text.substring(0, begin)) + channels(text.substring(begin, end)) + tail(text.substring(end)));
        goneChannels.forEach(channel -> tree.remove(HOME + "schemas/" + channel + ".yaml"));
        java();
    }

    private static int endOfChannels(String text, int begin) {
        var next = Pattern.compile("(?m)^[a-z]").matcher(text);
        return next.find(begin + 1) ? next.start() : text.length();
    }

    private String head(String head) {
        var result = head;
        for (var module : modules) {
            result = result.replaceFirst("(?m)^  " + Pattern.quote(module) + ": .*\\n", "");
            result = result.replaceAll("(?m)^x-internal-format: \\{" + Pattern.quote(module) + ": \\d+}\\n", "");
        }
        return description(result);
    }

    /** Lines of descriptions that are about a part that goes. */
    private String description(String text) {
        return text.lines()
                .filter(line -> parts.stream()
                        .allMatch(part -> part.calledIn(CATALOGUE, line).isEmpty()))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** Internal topics of jobs of Kafka Streams, in groups. */
    private String tail(String tail) {
        var result = GROUP.matcher(tail)
                .replaceAll(found -> modules.contains(found.group(1)) ? "" : Matcher.quoteReplacement(found.group()));
        return result.replaceFirst("(?m)^x-internal-topics:\\n(?=[a-z])", "");
    }

    private String channels(String text) {
        return CHANNEL.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(channel(found.group(1), found.group())));
    }

    private String channel(String name, String text) {
        var owner = OWNER.matcher(text);
        if (!owner.find()) {
            throw new ForkException("The catalogue has no x-owner of " + name + ".");
        }
        var writers = remaining(text, "x-writers");
        var result = text;
        if (modules.contains(owner.group(1))) {
            if (writers.isEmpty()) {
                goneChannels.add(name);
                return "";
            }
            result = owner.replaceFirst("    x-owner: " + writers.removeFirst());
        }
        result = list(result, "x-writers", writers);
        result = list(result, "x-uncounted", remaining(text, "x-uncounted"));
        var readers = remaining(text, "x-readers");
        result = list(result, "x-readers", readers.isEmpty() ? List.of("'*'") : readers);
        return description(result);
    }

    private List<String> remaining(String text, String list) {
        var found = Pattern.compile("(?m)^    " + list + ": \\[(.*)]$").matcher(text);
        return found.find()
                ? Stream.of(found.group(1).split(", *"))
                        .filter(module -> !modules.contains(module))
                        .collect(Collectors.toCollection(ArrayList::new))
                : new ArrayList<>();
    }

    private static String list(String text, String name, Collection<String> modules) {
        return text.replaceAll(
                "(?m)^    " + name + ": \\[.*]\\n",
                modules.isEmpty() ? "" : "    " + name + ": [" + String.join(", ", modules) + "]\n");
    }

    private void java() {
        var types = new TreeSet<String>();
        tree.change(
                CHANNELS,
                text -> CONSTANT.matcher(text).replaceAll(found -> {
                    if (!goneChannels.contains(found.group(1))) {
                        return Matcher.quoteReplacement(found.group());
                    }
                    TYPE.matcher(found.group()).results().forEach(type -> types.add(type.group(1)));
                    return "";
                }));
        while (types.removeIf(this::removedUnused)) {
            // A type that goes may have been the last one that used another.
        }
    }

    private boolean removedUnused(String type) {
        var file = JAVA + type + ".java";
        var word = Pattern.compile("\\b" + type + "\\b");
        var unused = tree.has(file)
                && tree.paths().stream()
                        .filter(path -> path.endsWith(".java") && path.contains("/main/") && !path.equals(file))
                        .filter(path -> path.startsWith(JAVA)
                                || tree.text(path).contains("import " + PACKAGE + "." + type + ";"))
                        .noneMatch(path -> word.matcher(tree.text(path)).find());
        if (unused) {
            tree.remove(file);
        }
        return unused;
    }
}

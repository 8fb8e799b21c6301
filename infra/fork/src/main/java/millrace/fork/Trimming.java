package millrace.fork;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Removes parts from a tree: marked blocks, files, and what the catalogue, the poms and the Procfile say of them. */
final class Trimming {
    private static final Pattern DEPENDENCY =
            Pattern.compile("\\n *<dependency>\\s*<groupId>" + ForkName.TEMPLATE.group()
                    + "</groupId>\\s*<artifactId>([^<]*)</artifactId>(?:(?!</dependency>)[\\s\\S])*</dependency>");
    private static final Pattern MODULE = Pattern.compile("\\n *<module>([^<]*)</module>");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?[\\w.]+\\.(\\w+);\\n");
    private static final String COMPOSE = "infra/compose.yaml";
    private static final String DEV_CONTAINER = ".devcontainer/devcontainer.json";
    private static final int FIRST_PORT = 8080;

    /** Has the port behind those of the Procfile's processes. */
    private static final String CONSOLE = "console";

    private static final Pattern EMPTY = Pattern.compile("\\n *<(dependencies|modules)>\\s*</\\1>");

    private final ForkTree tree;
    private final Set<String> leftOut;
    private final List<String> modules;
    private final List<String> before;

    Trimming(ForkTree tree, Set<String> leftOut) {
        this.tree = tree;
        this.leftOut = leftOut;
        this.before = tree.paths();
        this.modules = parts().flatMap(part -> part.modules().stream()).toList();
    }

    private Stream<OptionalPart> parts() {
        return leftOut.stream().map(OptionalPart.ALL::get);
    }

    void run() {
        checkParts();
        var built = modulesOf(tree.text("pom.xml"));
        var blocks = new MarkedBlocks(OptionalPart.ALL.keySet(), leftOut);
        tree.paths().stream()
                .filter(path -> parts().anyMatch(part -> part.owns(path)))
                .forEach(tree::remove);
        texts(path -> true)
                .forEach(path -> tree.change(path, text -> {
                    var trimmed = blocks.trim(path, text);
                    return path.endsWith(".java") && !trimmed.equals(text) ? withoutUnusedImports(trimmed) : trimmed;
                }));
        texts(path -> path.endsWith("pom.xml")).forEach(path -> tree.change(path, this::pom));
        tree.change("pom.xml", text -> withAll(text, built));
        var catalogue = new CatalogueTrimming(tree, modules, parts().toList());
        catalogue.run();
        processes(goneProcesses());
        new DocumentTrimming(tree, catalogue, parts().toList(), before).run();
    }

    /** A part names nothing that is not there: else a file that was moved would stay in a fork. */
    private void checkParts() {
        var paths = tree.paths();
        OptionalPart.ALL.forEach((name, part) -> Stream.of(
                        part.modules().stream().map(module -> module + "/pom.xml"),
                        part.scripts().stream().map(script -> "bin/" + script),
                        part.files().stream(),
                        part.classes().stream().map(type -> "*/" + type + ".java"))
                .flatMap(files -> files)
                .filter(file -> paths.stream().noneMatch(path -> OptionalPart.names(file, path)))
                .findFirst()
                .ifPresent(file -> {
                    throw new ForkException("parts.yaml names " + file + " of " + name + ", which does not exist.");
                }));
    }

    private List<String> texts(Predicate<String> wanted) {
        return tree.paths().stream().filter(wanted).filter(tree::isText).toList();
    }

    private static String withoutUnusedImports(String java) {
        return IMPORT.matcher(java).replaceAll(found -> {
            var used = Pattern.compile("\\b" + found.group(1) + "\\b")
                            .matcher(java)
                            .results()
                            .count()
                    > 1;
            return kept(found.group(), !used);
        });
    }

    private String pom(String pom) {
        var artifacts = modules.stream()
                .map(module -> module.substring(module.lastIndexOf('/') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        var without =
                DEPENDENCY.matcher(pom).replaceAll(found -> kept(found.group(), artifacts.contains(found.group(1))));
        without = MODULE.matcher(without).replaceAll(found -> kept(found.group(), modules.contains(found.group(1))));
        return EMPTY.matcher(without).replaceAll("");
    }

    /** A module that stays, but not the Maven profile that builds it, is one of the default build. */
    private String withAll(String pom, List<String> built) {
        var result = pom;
        for (var module : built) {
            if (tree.has(module + "/pom.xml") && !modulesOf(result).contains(module)) {
                result = result.replaceFirst("\n( *)</modules>", "\n$1  <module>" + module + "</module>$0");
            }
        }
        return result;
    }

    private static List<String> modulesOf(String pom) {
        return MODULE.matcher(pom).results().map(module -> module.group(1)).toList();
    }

    private static String kept(String text, boolean gone) {
        return gone ? "" : Matcher.quoteReplacement(text);
    }

    /** Processes that the Procfile starts from a module that goes. */
    private Set<String> goneProcesses() {
        return tree.text("Procfile")
                .lines()
                .filter(line -> modules.stream()
                        .anyMatch(module ->
                                line.contains(" " + module + "/target/") || line.contains("=" + module + "/target/")))
                .map(line -> line.substring(0, line.indexOf(':')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Removes processes from the Procfile, what gives variables to them, and variables that begin with their names. */
    private void processes(Set<String> gone) {
        ports(gone);
        var scripts = parts().flatMap(part -> part.scripts().stream()).toList();
        tree.change("Procfile", text -> text.replaceAll("(?m)^(?:" + alternatives(gone) + "): .*\\n", ""));
        var owners = Stream.concat(gone.stream(), scripts.stream().map(script -> "bin/" + script))
                .collect(Collectors.toSet());
        var variable = "(?:" + alternatives(gone).toUpperCase(Locale.ROOT) + ")_[A-Z_*]+";
        tree.change(
                "Procfile.vars",
                text -> text.lines()
                        .filter(line -> !line.startsWith("#")
                                || parts().allMatch(
                                                part -> part.calledIn("", line).isEmpty()))
                        .collect(Collectors.joining("\n", "", "\n"))
                        .replaceAll("(?m)^(?:" + alternatives(owners) + "):.*\\n", "")
                        .replaceAll("(?m) " + variable + "(?=[ \\n])", "")
                        .replaceAll("(?m)^([a-z/]+): *\\n(?=\\1:)", ""));
        if (tree.has("app.json")) {
            tree.change(
                    "app.json",
                    text -> text.replaceAll("\\n    \"" + variable + "\": \\{[\\s\\S]*?\\n    },?", "")
                            .replaceAll("\\n    \"(?:" + alternatives(gone) + ")\": \\{[^\\n]*", "")
                            .replaceAll(",(\\s*})", "$1")
                            .replaceAll("(\\n    })(\\n    \")", "$1,$2"));
        }
    }

    /** On one machine a process listens on the port of its place in the Procfile: documents, compose and the dev container name the new one. */
    private void ports(Set<String> gone) {
        var processes = tree.text("Procfile")
                .lines()
                .map(line -> line.substring(0, line.indexOf(':')))
                .filter(name -> !name.equals("release"))
                .collect(Collectors.toCollection(ArrayList::new));
        processes.add(CONSOLE);
        var port = FIRST_PORT;
        for (var i = 0; i < processes.size(); i++) {
            if (!gone.contains(processes.get(i)) && !leftOut.contains(processes.get(i))) {
                var old = FIRST_PORT + i;
                var now = port++;
                texts(path -> path.endsWith(".md") || path.equals(COMPOSE))
                        .forEach(path ->
                                tree.change(path, text -> text.replaceAll("(localhost:|_PORT:-)" + old, "$1" + now)));
            }
        }
        for (var i = port; i < FIRST_PORT + processes.size(); i++) {
            var unused = ", " + i;
            tree.change(DEV_CONTAINER, text -> text.replace(unused, ""));
        }
    }

    private static String alternatives(Set<String> words) {
        return words.isEmpty()
                ? "(?!)"
                : words.stream().map(word -> word.replace("-", "[-]")).collect(Collectors.joining("|"));
    }
}

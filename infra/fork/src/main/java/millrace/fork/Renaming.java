package millrace.fork;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces each form of the template's name by the same form of the new one. The form follows from what is around the
 * name: {@code import millrace.events} is a package, {@code "millrace.generation"} is a setting, {@code millrace_audit} is
 * a role of the database. What has no form of its own is the id.
 */
final class Renaming {
    private static final String OLD = ForkName.TEMPLATE.id();
    private static final Pattern SOURCES =
            Pattern.compile("(?:.*/)?src/(?:main|test)/(?:java|resources)/" + OLD + "/([^/]+)/.*");

    private final ForkName name;
    private final Pattern forms;

    private Renaming(ForkName name, Set<String> packages) {
        this.name = name;
        var ours = "(?:" + String.join("|", packages) + ")";
        // Most places are none: the first letters tell it.
        this.forms = Pattern.compile("(?=[Mm][Ii][Ll][Ll])(?:"
                + String.join(
                        "|",
                        "(?<environment>MILLRACE)",
                        "(?<header>Millrace(?=-[A-Z]))",
                        "(?<name>Millrace)",
                        "(?<=<groupId>)(?<group>millrace)(?=</groupId>)",
                        "(?<=package |import |import static )(?<declared>millrace)(?=\\.)",
                        "(?<=(?:java|resources)/)(?<folder>millrace)\\b",
                        "(?<resource>millrace(?=/" + ours + "/))",
                        // A setting, though a package has its name: a type or a package would follow.
                        "(?<id>millrace(?=\\.generation(?:[^.\\w]|\\.suffix|\\.schema-suffix|$)))",
                        "(?<package>millrace(?=\\." + ours + "\\b))",
                        "(?<=\")(?<start>millrace)(?=\\.\")",
                        "(?<escaped>millrace(?=\\\\\\\\\\.))",
                        "(?<sql>millrace(?=_)|(?<=ROLE |DATABASE | NAME = \")millrace|(?<=/)millrace(?=\\?))",
                        "(?<rest>millrace)")
                + ")");
    }

    /** Returns the renaming of a tree, whose packages are those of its sources. */
    static Renaming of(ForkName name, ForkTree tree) {
        var packages = new TreeSet<String>();
        for (var path : tree.paths()) {
            var sources = SOURCES.matcher(path);
            if (sources.matches()) {
                packages.add(Pattern.quote(sources.group(1)));
            }
        }
        return new Renaming(name, packages);
    }

    /** Renames in all files, and the files. */
    void apply(ForkTree tree) {
        for (var path : tree.paths()) {
            if (tree.isText(path)) {
                tree.write(path, text(tree.text(path)));
            }
            tree.move(path, text(path));
        }
    }

    String text(String text) {
        return forms.matcher(text).replaceAll(found -> Matcher.quoteReplacement(form(found)));
    }

    private String form(MatchResult found) {
        if (found.group("environment") != null) {
            return name.environment();
        } else if (found.group("header") != null) {
            return name.header();
        } else if (found.group("name") != null) {
            return name.name();
        } else if (found.group("group") != null) {
            return name.group();
        } else if (found.group("declared") != null || found.group("package") != null || found.group("start") != null) {
            return name.packageName();
        } else if (found.group("folder") != null || found.group("resource") != null) {
            return name.folder();
        } else if (found.group("escaped") != null) {
            return name.packageName().replace(".", "\\\\.");
        } else if (found.group("sql") != null) {
            return name.identifier();
        }
        return name.id();
    }
}

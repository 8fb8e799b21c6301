package millrace.fork;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A fork, computed in memory: the project under another name, without what is left out. */
final class Fork {
    /** Names that others than the source see, each with its decision; the reasons are in docs/decisions.md. */
    private static final List<String> VISIBLE = List.of(
            "Millrace-Generation, Millrace-Shadow | headers of HTTP answers | %header%-Generation, %header%-Shadow",
            "MILLRACE_HOME, MILLRACE_GENERATION ... | variables of the environment | %environment%_HOME ...",
            "millrace.generation, millrace.requires ... | settings | %id%.generation, %id%.requires ...",
            ".millrace, millrace.properties | where bin/up keeps its data | .%id%, %id%.properties",
            "millrace-12345. | prefix of the topics on a shared cluster of bin/up | %id%-12345.",
            "millrace-web ... | users of Kafka that bin/channels creates | %id%-web ...",
            "millrace, millrace_audit, millrace_consumer | database and roles of bin/up | %sql%, %sql%_audit, %sql%_consumer",
            "millrace/audit | origin of the signed checkpoints | %id%/audit: a log of its own",
            "millrace | image that infra/compose.yaml makes | %id%",
            "millrace-bench | user agent of the benchmarks | %id%-bench",
            "topics, consumer groups, schemas of the database | clicks, orders ... | stay: no product is in them",
            "types and sources of CloudEvents, headers of records | ce_type, ce_source, dead-letter-* ... | stay",
            "metrics, health checks, paths of HTTP | audit_breaks_total, /v1/page ... | stay");

    private final ForkTree template;
    private final ForkTree tree;
    private final ForkName name;
    private final Set<String> leftOut;

    private Fork(ForkTree template, ForkTree tree, ForkName name, Set<String> leftOut) {
        this.template = template;
        this.tree = tree;
        this.name = name;
        this.leftOut = leftOut;
    }

    /** @param without optional parts by their names */
    static Fork of(ForkTree template, ForkName name, Collection<String> without) {
        name.validate();
        for (var part : without) {
            if (!OptionalPart.ALL.containsKey(part)
                    || !OptionalPart.ALL.get(part).optional()) {
                throw new ForkException("--without names \"%s\"; expected some of %s."
                        .formatted(part, String.join(", ", OptionalPart.choices())));
            }
        }
        var tree = template.copy();
        var leftOut = OptionalPart.withDependents(without);
        new Trimming(tree, leftOut).run();
        Renaming.of(name, tree).apply(tree);
        return new Fork(template, tree, name, leftOut);
    }

    ForkTree tree() {
        return tree;
    }

    /** Returns a sentence for each place that a fork must not have; the help of commands is written once it is built. */
    List<String> leftovers() {
        return new Leftovers(template)
                .in(tree, leftOut).stream()
                        .filter(place -> !place.startsWith("bin/help/"))
                        .toList();
    }

    /** Returns the same of the folder in which the fork was made and built, with the help. */
    List<String> leftoversIn(Path folder, Collection<String> paths) {
        return new Leftovers(template).in(ForkTree.read(folder, paths), leftOut);
    }

    /** Returns the first line of the commit. */
    String title() {
        var optional = optional();
        return "Make this project " + name.name()
                + (optional.isEmpty() ? "" : ", without " + String.join(", ", optional));
    }

    private List<String> optional() {
        return leftOut.stream()
                .filter(part -> OptionalPart.ALL.get(part).optional())
                .toList();
    }

    /** Returns what becomes of the project, for a person. */
    String plan() {
        var lines = new ArrayList<String>();
        lines.add("Name     %s, where people read it".formatted(name.name()));
        lines.add("Id       %s, also %s_*, %s_*, %s-*"
                .formatted(name.id(), name.environment(), name.identifier(), name.header()));
        lines.add("Package  %s, in %s/".formatted(name.packageName(), name.folder()));
        lines.add("Group    " + name.group());
        lines.add("");
        lines.add("Left out:");
        for (var part : leftOut) {
            var why = OptionalPart.ALL.get(part).needs().stream()
                    .filter(leftOut::contains)
                    .toList();
            lines.add("  %-10s %s%s"
                    .formatted(
                            part,
                            OptionalPart.ALL.get(part).about(),
                            why.isEmpty() ? "" : " (goes with " + String.join(" and ", why) + ")"));
        }
        lines.add("");
        lines.add("Names that others see:");
        VISIBLE.forEach(row -> {
            var cells = filled(row).split(" \\| ");
            lines.add("  %s (%s): %s".formatted(cells[0], cells[1], cells[2]));
        });
        lines.add("");
        lines.addAll(summary());
        return String.join("\n", lines);
    }

    private String filled(String row) {
        return row.replace("%header%", name.header())
                .replace("%environment%", name.environment())
                .replace("%id%", name.id())
                .replace("%sql%", name.identifier());
    }

    /** Files that go, by their folder, and the number of those that change. */
    private List<String> summary() {
        var here = Pattern.compile("(?:^|.*/)src/.*");
        var gone = new TreeMap<String, Integer>();
        var unchanged = 0;
        var renaming = Renaming.of(name, template);
        for (var path : template.paths()) {
            var now = renaming.text(path);
            if (!tree.has(now)) {
                var folder = here.matcher(path).matches() ? path.substring(0, path.indexOf("src/")) : path;
                gone.merge(folder, 1, Integer::sum);
            } else if (now.equals(path) && tree.text(path).equals(template.text(path))) {
                unchanged++;
            }
        }
        var lines = new ArrayList<String>();
        lines.add("Of %d files %d go, %d change or move, %d stay as they are. Gone:"
                .formatted(
                        template.paths().size(),
                        template.paths().size() - tree.paths().size(),
                        tree.paths().size() - unchanged,
                        unchanged));
        lines.addAll(gone.entrySet().stream()
                .map(folder -> folder.getValue() == 1
                        ? "  " + folder.getKey()
                        : "  %s (%d files)".formatted(folder.getKey(), folder.getValue()))
                .collect(Collectors.toList()));
        return lines;
    }
}

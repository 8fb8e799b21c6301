package millrace.fork;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/fork}: makes a project of your own out of this one. */
@Command(
        name = "bin/fork",
        sortOptions = false,
        description = {
            "Makes this project one of your own: under another name, without the parts that are left out.",
            "",
            "Prints the plan and changes nothing. --apply makes one commit of it, on a project without changes that are not"
                    + " committed, and builds it; bin/fork is not in the fork any more.",
            ""
        })
public final class ForkCommand implements Callable<Integer> {
    private static final String EXAMPLE =
            "bin/fork --name \"Corner Shop\" --id corner-shop --package com.example.shop --group com.example";
    private static final int MAVEN_ENDS_WITHIN_MINUTES = 15;

    @Option(names = "--name", paramLabel = "NAME", description = "Name for people, such as \"Corner Shop\".")
    private String name;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "Name for machines, such as corner-shop: lower-case letters, digits and hyphens.")
    private String id;

    @Option(names = "--package", paramLabel = "PACKAGE", description = "Package of Java, such as com.example.shop.")
    private String packageName;

    @Option(names = "--group", paramLabel = "GROUP", description = "Group of the Maven artifacts, such as com.example.")
    private String group;

    @Option(
            names = "--without",
            paramLabel = "PART",
            split = ",",
            description = "A part to leave out: ${COMPLETION-CANDIDATES}. May be given several times.",
            completionCandidates = OptionalPart.Choices.class)
    private List<String> without = List.of();

    @Option(names = "--apply", description = "Makes the fork, as one commit.")
    private boolean apply;

    @Option(
            names = "--check",
            paramLabel = "FOLDER",
            description = "Finds in a fork what is left of this project's name, and of the parts that it has left out.")
    private Optional<Path> check = Optional.empty();

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    private final Path root;
    private final PrintStream out;

    ForkCommand(Path root, PrintStream out) {
        this.root = root;
        this.out = out;
    }

    public static void main(String[] arguments) {
        var out = new PrintStream(System.out, true, UTF_8);
        var root = Path.of(System.getProperty("millrace.root", "."))
                .toAbsolutePath()
                .normalize();
        System.exit(commandLine(new ForkCommand(root, out)).execute(arguments));
    }

    /** Builds the command line. A refused fork prints its reason as a sentence and exits with 1. */
    static CommandLine commandLine(ForkCommand command) {
        return new CommandLine(command).setExecutionExceptionHandler((failure, line, result) -> {
            if (failure instanceof ForkException) {
                line.getErr().println(failure.getMessage());
            } else {
                failure.printStackTrace(line.getErr());
            }
            return 1;
        });
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var repository = new GitRepository(root);
        var template = ForkTree.read(root, repository.files());
        if (check.isPresent()) {
            return checked(new Leftovers(template), check.get());
        }
        var fork = Fork.of(template, forkName(), without);
        out.println(fork.plan());
        requireNone(fork.leftovers());
        out.println();
        if (apply) {
            apply(repository, template, fork);
        } else {
            out.println("Nothing has changed: --apply makes it.");
        }
        return 0;
    }

    private static void requireNone(List<String> leftovers) {
        if (!leftovers.isEmpty()) {
            throw new ForkException("The fork would keep traces of what goes:\n" + String.join("\n", leftovers));
        }
    }

    private ForkName forkName() {
        if (name == null || id == null || packageName == null || group == null) {
            throw new ForkException("--name, --id, --package and --group are needed, such as\n  " + EXAMPLE);
        }
        return new ForkName(name, id, packageName, group);
    }

    private int checked(Leftovers leftovers, Path folder) {
        var fork = ForkTree.read(folder, new GitRepository(folder).files());
        var leftOut = Leftovers.leftOut(fork);
        if (!leftOut.contains(OptionalPart.SELF)) {
            throw new ForkException(folder + " has bin/fork, so it is no fork.");
        }
        var found = leftovers.in(fork, leftOut);
        found.forEach(out::println);
        out.println(
                found.isEmpty() ? "Clean: without " + String.join(", ", leftOut) + "." : found.size() + " leftovers.");
        return found.isEmpty() ? 0 : 1;
    }

    private void apply(GitRepository repository, ForkTree template, Fork fork)
            throws IOException, InterruptedException {
        repository.requireClean();
        requireNoData();
        try {
            fork.tree().replace(template, root);
            removeBuilt(template);
            build();
            requireNone(fork.leftoversIn(root, fork.tree().paths()));
            repository.commit(fork.title());
        } catch (IOException | ForkException e) {
            repository.undo();
            throw new ForkException("The fork was not made, and everything is as before: " + e.getMessage(), e);
        }
        delete(root.resolve("infra/fork"));
        out.println("Committed: " + fork.title() + ".");
    }

    /** The fork ignores another folder: data of bin/up, and its keys, would be committed. */
    private void requireNoData() throws IOException {
        var data = root.resolve(".millrace");
        if (!Files.exists(data)) {
            return;
        }
        try (var files = Files.list(data)) {
            if (files.anyMatch(file -> !file.endsWith("build.log"))) {
                throw new ForkException(
                        "bin/up has data in .millrace, which a fork cannot use: stop bin/up, and move or remove the folder.");
            }
        }
        Files.deleteIfExists(data.resolve("build.log"));
        Files.delete(data);
    }

    /** Formats the code, builds it, and writes the help of the commands as they print it. */
    private void build() throws IOException, InterruptedException {
        out.println("Formatting");
        maven("the code cannot be formatted", "com.diffplug.spotless:spotless-maven-plugin:apply");
        out.println("Building, and writing the help of the commands, which takes some minutes");
        maven(
                "the fork cannot be built",
                "-T",
                "2",
                "-P",
                "!aot-cache",
                "verify",
                "-Dspotless.check.skip",
                "-Dtest=HelpTest",
                "-Dsurefire.failIfNoSpecifiedTests=false",
                "-Dhelp.rewritten=expected");
    }

    private void maven(String failure, String... arguments) throws IOException, InterruptedException {
        var log = Files.createTempFile("fork", ".log");
        var command = Stream.concat(Stream.of("mvn", "-q", "-B"), Stream.concat(mavenOptions(), Stream.of(arguments)))
                .toList();
        var maven = new ProcessBuilder(command)
                .directory(root.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!maven.waitFor(MAVEN_ENDS_WITHIN_MINUTES, TimeUnit.MINUTES)) {
            maven.descendants().forEach(ProcessHandle::destroyForcibly);
            maven.destroyForcibly().waitFor();
        }
        if (maven.exitValue() != 0) {
            throw new ForkException(failure + ":\n" + Files.readString(log).strip());
        }
        Files.delete(log);
    }

    /** Profiles that the fork has beside its default build. */
    private Stream<String> mavenOptions() {
        return Files.exists(root.resolve("infra/bench")) ? Stream.of("-P", "bench") : Stream.empty();
    }

    /** Removes what was built: classes under the former name would be in the next build. This program's own comes last: it runs. */
    private void removeBuilt(ForkTree template) throws IOException {
        for (var path : template.paths()) {
            if (path.endsWith("pom.xml") && !path.startsWith("infra/fork/")) {
                delete(root.resolve(path).resolveSibling("target"));
                ForkTree.removeEmpty(root.resolve(path).getParent(), root);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

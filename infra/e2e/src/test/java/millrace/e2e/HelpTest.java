package millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of {@code bin/help}, from which scripts answer {@code --help}, equal the output of the programs. The test
 * rewrites a file that differs, to be reviewed and committed; {@code -Dhelp.rewritten=expected} makes that no failure.
 */
@Tag("long")
class HelpTest {
    private static final String COMMANDS = "Commands:";

    private static final Path HELP = RunningSystem.ROOT.resolve("bin/help");

    /** Name of the class that a script starts. */
    private static final Pattern PROGRAM = Pattern.compile(" millrace\\.[a-z.]+[A-Z]");

    @TempDir
    private Path project;

    /** Links the project without bin/help, so that each script asks its program. */
    @BeforeEach
    void link() throws IOException {
        Files.createDirectories(project.resolve("target"));
        Files.createFile(project.resolve("target/built"));
        Files.createDirectories(project.resolve("bin"));
        for (var script : files(RunningSystem.ROOT.resolve("bin"))) {
            Files.createSymbolicLink(project.resolve("bin").resolve(script.getFileName()), script);
        }
        var modules =
                Pattern.compile("<module>([^/<]*)").matcher(Files.readString(RunningSystem.ROOT.resolve("pom.xml")));
        var linked = modules.results().map(module -> module.group(1)).collect(Collectors.toCollection(TreeSet::new));
        linked.addAll(List.of("pom.xml", "Procfile.vars"));
        for (var name : linked) {
            Files.createSymbolicLink(project.resolve(name), RunningSystem.ROOT.resolve(name));
        }
        for (var script : files(RunningSystem.ROOT.resolve("bin"))) {
            for (var profile : Pattern.compile("\\bprofile=(\\w+)")
                    .matcher(Files.readString(script))
                    .results()
                    .toList()) {
                Files.createFile(project.resolve("target/built-" + profile.group(1)));
            }
        }
    }

    @Test
    void the_help_of_every_command_is_what_its_program_prints() throws Exception {
        var pages = new TreeMap<String, String>();
        for (var script : programs()) {
            pages.put(script, printed(script, List.of()));
            for (var command : commands(pages.get(script))) {
                pages.put(script + "-" + command.replace(':', '-'), printed(script, List.of(command)));
            }
        }

        var written = new TreeSet<String>();
        for (var page : pages.entrySet()) {
            var file = HELP.resolve(page.getKey() + ".txt");
            if (!Files.exists(file) || !Files.readString(file).equals(page.getValue())) {
                Files.createDirectories(HELP);
                Files.writeString(file, page.getValue());
                written.add(file.getFileName().toString());
            }
        }
        if (!System.getProperty("help.rewritten", "").equals("expected")) {
            assertThat(written)
                    .as(
                            "files of bin/help that were not what the program prints, and have been written anew: commit them")
                    .isEmpty();
        }
        assertThat(files(HELP).stream().map(file -> file.getFileName().toString()))
                .as("each file is of a command that there is")
                .containsExactlyInAnyOrderElementsOf(
                        pages.keySet().stream().map(page -> page + ".txt").toList());
    }

    /** Scripts that start a Java program. */
    private static List<String> programs() throws IOException {
        var programs = new ArrayList<String>();
        for (var script : files(RunningSystem.ROOT.resolve("bin"))) {
            if (Files.isExecutable(script)
                    && PROGRAM.matcher(Files.readString(script)).find()) {
                programs.add(script.getFileName().toString());
            }
        }
        assertThat(programs).contains("up", "feed", "doctor");
        return programs;
    }

    private String printed(String script, List<String> command) throws IOException, InterruptedException {
        var line = Stream.of(List.of("bash", "bin/" + script), command, List.of("--help"))
                .flatMap(List::stream)
                .toList();
        var builder = new ProcessBuilder(line).directory(project.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_") || name.startsWith("KAFKA_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var process = builder.start();
        var text = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(() -> line + " ends well; its output: " + text)
                .isZero();
        assertThat(text).contains("Usage: bin/" + script);
        return text.lines().map(String::stripTrailing).collect(Collectors.joining("\n", "", "\n"));
    }

    /** Subcommands in the help of a program: the first word of each line of its last part. */
    private static List<String> commands(String help) {
        return help.lines()
                .dropWhile(line -> !line.equals(COMMANDS))
                .skip(1)
                .filter(line -> line.matches("  [a-z].*"))
                .map(line -> line.strip().split(" ")[0])
                .toList();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.exists(folder) ? Files.list(folder) : Stream.<Path>empty()) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}

package millrace.fork;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForkCommandTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root"));
    private static final List<String> SHOP =
            List.of("--name", "Shop", "--id", "shop", "--package", "com.example.shop", "--group", "com.example");

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();

    @Test
    void without_apply_it_prints_the_plan_and_changes_nothing() throws Exception {
        cloneProject();

        assertThat(fork(SHOP)).as(err::toString).isZero();

        assertThat(out.toString(UTF_8)).contains("Package  com.example.shop", "Nothing has changed");
        assertThat(git("status", "--porcelain")).isEmpty();
    }

    @Test
    void a_project_with_changes_that_are_not_committed_is_refused() throws Exception {
        cloneProject();
        Files.writeString(folder.resolve("notes.txt"), "mine");

        assertThat(fork(Stream.concat(SHOP.stream(), Stream.of("--apply")).toList()))
                .isOne();

        assertThat(err.toString())
                .isEqualToIgnoringNewLines(
                        "1 files have changes that are not committed, such as notes.txt: commit or remove them first.");
        assertThat(folder.resolve("Procfile")).content().contains("millrace.release");
    }

    @Test
    void data_of_bin_up_is_refused_for_its_keys_would_be_committed() throws Exception {
        cloneProject();
        Files.createDirectories(folder.resolve(".millrace/data"));

        assertThat(fork(Stream.concat(SHOP.stream(), Stream.of("--apply")).toList()))
                .isOne();

        assertThat(err.toString()).startsWith("bin/up has data in .millrace, which a fork cannot use");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--name | 7up | --name is \"7up\"; expected letters, digits, single spaces and hyphens",
                "--id | Shop | --id is \"Shop\"; expected lower-case letters, digits and single hyphens",
                "--package | com.example.new | --package is \"com.example.new\"; a word of it is a keyword of Java.",
                "--package | com..shop | --package is \"com..shop\"; expected a Java package in lower case",
                "--package | org.apache.shop | --package is \"org.apache.shop\", which belongs to a library",
                "--group | com example | --group is \"com example\"; expected a Maven group in lower case",
                "--id | my-millrace | The new name contains \"millrace\"; expected another name.",
                "--package | com.example.template | The new name contains \"template\"; expected another name."
            })
    void a_name_that_cannot_be_used_is_refused_with_a_sentence(String option, String value, String sentence)
            throws Exception {
        git("init", "--quiet");
        var arguments = new ArrayList<>(SHOP);
        arguments.set(arguments.indexOf(option) + 1, value);

        assertThat(fork(arguments)).isOne();

        assertThat(err.toString()).startsWith(sentence);
    }

    @Test
    void names_are_asked_for_with_an_example() throws Exception {
        git("init", "--quiet");

        assertThat(fork(List.of())).isOne();

        assertThat(err.toString()).startsWith("--name, --id, --package and --group are needed, such as");
    }

    @Test
    void a_folder_that_is_no_fork_is_not_checked() throws Exception {
        cloneProject();

        assertThat(fork(List.of("--check", folder.toString()))).isOne();

        assertThat(err.toString()).contains(" has bin/fork, so it is no fork.");
    }

    /** A clone with what this build is tested with, committed or not. */
    private void cloneProject() throws IOException, InterruptedException {
        var paths = new GitRepository(ROOT).files();
        ForkTree.read(ROOT, paths).replace(new ForkTree(), folder);
        git("init", "--quiet");
        new GitRepository(folder).stage();
        git("-c", "user.name=A Person", "-c", "user.email=a@shop.example", "commit", "--quiet", "--message", "All");
    }

    private int fork(List<String> arguments) {
        var command = new ForkCommand(folder, new PrintStream(out, true, UTF_8));
        return ForkCommand.commandLine(command).setErr(new PrintWriter(err)).execute(arguments.toArray(String[]::new));
    }

    private String git(String... arguments) throws IOException, InterruptedException {
        var command = Stream.concat(Stream.of("git"), Stream.of(arguments)).toList();
        var process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}

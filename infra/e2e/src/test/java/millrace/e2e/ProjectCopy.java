package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A copy of the working tree in a repository of its own, for commands that change sources. */
record ProjectCopy(Path folder) {
    private static final int COMMAND_ENDS_WITHIN_MINUTES = 15;

    /** Copies every file that Git knows or does not ignore, and commits all. */
    static ProjectCopy in(Path folder) throws IOException, InterruptedException {
        var copy = new ProjectCopy(Files.createDirectories(folder));
        copy.run("bash", "-c", """
                set -e -o pipefail
                (cd "$1" && git ls-files -z --cached --others --exclude-standard | tar c --null -T -) | tar x
                git init -q && git add -A
                git -c user.name=test -c user.email=test@localhost commit -qm copy""", "copy", RunningSystem.ROOT.toString());
        return copy;
    }

    /** Copies what this build has made, so that the copy need not be built as a whole. */
    void copyBuilt() throws IOException, InterruptedException {
        run("bash", "-c", """
                set -e
                sed -n 's|.*<module>\\(.*\\)</module>.*|\\1|p' pom.xml | while read -r module; do
                  [ ! -d "$1/$module/target" ] || cp -Rp "$1/$module/target" "$module"
                done
                mkdir -p target && touch target/built""", "copy", RunningSystem.ROOT.toString());
    }

    /** Runs a command to its end, which must be successful, and returns its output. */
    String run(String... command) throws IOException, InterruptedException {
        var ended = end(command);
        assertThat(ended.exitCode())
                .as(() -> String.join(" ", command) + " ends well; its output: " + ended.output())
                .isZero();
        return ended.output();
    }

    /** Runs a command to its end, which must be a failure, and returns its output. */
    String refused(String... command) throws IOException, InterruptedException {
        var ended = end(command);
        assertThat(ended.exitCode()).as(ended.output()).isOne();
        return ended.output();
    }

    /** Starts a command whose output goes to a file, and does not wait for its end. */
    Process start(Path output, String... command) throws IOException {
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_") || name.startsWith("KAFKA_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    /** Changes of the working tree since the copy was made, as {@code git status --short} prints them. */
    List<String> changes() throws IOException, InterruptedException {
        return run("git", "status", "--short").lines().toList();
    }

    /** Replaces a text, which must be there, in a file. */
    void edit(String file, String text, String replacement) throws IOException {
        var path = folder.resolve(file);
        var content = Files.readString(path);
        assertThat(content).as(file).contains(text);
        Files.writeString(path, content.replace(text, replacement));
    }

    private record Ended(int exitCode, String output) {}

    private Ended end(String... command) throws IOException, InterruptedException {
        var output = Files.createTempFile("command", ".log");
        try {
            var process = start(output, command);
            if (!process.waitFor(COMMAND_ENDS_WITHIN_MINUTES, TimeUnit.MINUTES)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return new Ended(process.waitFor(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }
}

package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A clone of the project as the PaaS treats it: built by its buildpack, run by the lines of its Procfile. */
final class PaasApp implements AutoCloseable {
    private static final int COMMAND_ENDS_WITHIN_MINUTES = 20;

    final Map<String, Process> processes = new LinkedHashMap<>();
    private final Path folder;

    /** Clones the project. */
    PaasApp(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        end("clone", new ProcessBuilder("git", "clone", "--quiet", RunningSystem.ROOT.toString(), folder.toString()));
    }

    /**
     * Adds the Java example of {@code docs/examples} as a module and a process {@code example}, with an entry in the root
     * pom, in the Procfile, in Procfile.vars and in the catalogue. Nothing else of the project changes.
     */
    void addExampleConsumer() throws IOException {
        var module = folder.resolve("example");
        var sources = Files.createDirectories(module.resolve("src/main/java"));
        Files.copy(folder.resolve("docs/examples/UnknownConsumer.java"), sources.resolve("UnknownConsumer.java"));
        Files.writeString(module.resolve("pom.xml"), """
            <project>
              <modelVersion>4.0.0</modelVersion>
              <parent>
                <groupId>millrace</groupId>
                <artifactId>tool</artifactId>
                <version>1.0.0-SNAPSHOT</version>
                <relativePath>../infra/parent/tool/pom.xml</relativePath>
              </parent>
              <artifactId>example</artifactId>
              <properties>
                <spotless.check.skip>true</spotless.check.skip>
              </properties>
            </project>
            """);
        replace("pom.xml", "  </modules>", "  <module>example</module>\n  </modules>");
        var catalogue = folder.resolve("events/src/main/resources/millrace/events/channels.yaml");
        var content = Files.readString(catalogue);
        // The first channel is clicks.
        var readers = content.replaceFirst("x-readers: \\[(.*)]", "x-readers: [$1, example]");
        assertThat(readers).isNotEqualTo(content);
        Files.writeString(catalogue, readers);
        Files.writeString(
                folder.resolve("Procfile"),
                "example: exec bin/launch example java @jvm.options $JAVA_OPTS"
                        + " -cp 'example/target/*:example/target/lib/*' UnknownConsumer clicks example\n",
                StandardOpenOption.APPEND);
        Files.writeString(folder.resolve("Procfile.vars"), "example:\n", StandardOpenOption.APPEND);
    }

    private void replace(String file, String text, String replacement) throws IOException {
        var path = folder.resolve(file);
        var content = Files.readString(path);
        assertThat(content).as(file).contains(text);
        Files.writeString(path, content.replace(text, replacement));
    }

    /** Builds it with the command of the Java buildpack for a Maven project (heroku/java, its defaults). */
    void build() throws IOException, InterruptedException {
        var build = new ProcessBuilder(
                        "mvn",
                        "-DoutputFile=target/mvn-dependency-list.log",
                        "-B",
                        "-DskipTests",
                        "clean",
                        "dependency:list",
                        "install")
                .directory(folder.toFile());
        build.environment().put("JAVA_HOME", System.getProperty("java.home"));
        end("build", build);
    }

    /** Lines of the Procfile by process type. */
    Map<String, String> procfile() throws IOException {
        var lines = new LinkedHashMap<String, String>();
        for (var line : Files.readAllLines(folder.resolve("Procfile"))) {
            var colon = line.indexOf(':');
            lines.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return lines;
    }

    /** Runs a line to its end, which must be successful: the release phase. */
    void end(String process, Map<String, String> vars) throws IOException, InterruptedException {
        end(process, dyno(procfile().get(process), vars));
    }

    void start(String process, Map<String, String> vars) throws IOException {
        processes.put(
                process,
                dyno(procfile().get(process), vars)
                        .redirectErrorStream(true)
                        .redirectOutput(log(process))
                        .start());
    }

    String output(String process) throws IOException {
        return Files.readString(log(process).toPath());
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroyForcibly);
    }

    /** A dyno has its config vars, a PATH with the JDK on it, and nothing else. */
    private ProcessBuilder dyno(String line, Map<String, String> vars) {
        var builder = new ProcessBuilder("bash", "-c", line).directory(folder.toFile());
        var environment = builder.environment();
        environment.keySet().retainAll(Set.of("HOME", "PATH", "LANG"));
        environment.merge("PATH", System.getProperty("java.home") + "/bin", (path, jdk) -> jdk + ":" + path);
        environment.putAll(vars);
        return builder;
    }

    private File log(String process) {
        return folder.resolveSibling(process + ".log").toFile();
    }

    private void end(String what, ProcessBuilder builder) throws IOException, InterruptedException {
        var process =
                builder.redirectErrorStream(true).redirectOutput(log(what)).start();
        if (!process.waitFor(COMMAND_ENDS_WITHIN_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        var output = output(what);
        assertThat(process.waitFor())
                .as(() -> what + " ends well; its output: " + output.substring(Math.max(0, output.length() - 5000)))
                .isZero();
    }
}

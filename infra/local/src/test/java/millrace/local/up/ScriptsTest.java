package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the shared part of the scripts of {@code bin/} in a project with one module. */
class ScriptsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir
    private Path project;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectory(project.resolve("bin"));
        Files.copy(Path.of(System.getProperty("project.root"), "bin/lib.sh"), project.resolve("bin/lib.sh"));
        file("pom.xml", "<module>shop</module>\n");
        file("shop/pom.xml", "");
        file("shop/src/main/java/Shop.java", "");
    }

    @Test
    void the_newest_jdk_is_found() throws Exception {
        jdk("jdk-17", "17.0.15");
        jdk("jdk-21", "21.0.9");
        jdk("jdk-25", "25.0.3");
        Files.delete(jdk("jre-26", "26").resolve("bin/javac"));

        assertThat(shell("find_jdk; echo $JAVA_HOME")).isEqualTo(project.resolve("jdks/jdk-25") + "\n");
    }

    @Test
    void a_jdk_that_is_asked_for_is_taken_if_it_is_new_enough() throws Exception {
        var old = jdk("jdk-17", "17.0.15");
        var good = jdk("jdk-21", "21.0.9");
        jdk("jdk-25", "25.0.3");

        assertThat(shell("JAVA_HOME=" + good + "; find_jdk; echo $JAVA_HOME")).isEqualTo(good + "\n");
        assertThat(shell("JAVA_HOME=" + old + "; find_jdk; echo $JAVA_HOME")).endsWith("jdk-25\n");
    }

    @Test
    void without_a_jdk_21_one_sentence_says_so() throws Exception {
        jdk("jdk-17", "17.0.15");

        assertThat(shell("find_jdk; echo not reached"))
                .isEqualTo("A JDK 21 or newer is needed and none was found (the newest is 17): "
                        + "install one, or set JAVA_HOME to it.\n");
    }

    @Test
    void without_maven_one_sentence_says_so() throws Exception {
        assertThat(shell("PATH=/nowhere; find_maven"))
                .isEqualTo("Maven 3.8.7 or newer is needed and there is no mvn on the PATH: install it.\n");
    }

    @Test
    void what_is_missing_or_older_than_its_source_is_built() throws Exception {
        assertThat(isBuilt()).isFalse();

        file("target/built", "");
        assertThat(isBuilt()).as("there is no jar").isFalse();

        file("shop/target/shop.jar", "");
        assertThat(isBuilt()).isTrue();

        touch("shop/src/main/java/Shop.java", NOON.plusSeconds(1));
        assertThat(isBuilt()).as("a source is newer").isFalse();

        touch("target/built", NOON.plusSeconds(2));
        assertThat(isBuilt()).isTrue();

        touch("pom.xml", NOON.plusSeconds(3));
        assertThat(isBuilt()).as("the parent is newer").isFalse();
    }

    @Test
    void a_module_of_a_profile_is_built_for_the_script_that_sets_it() throws Exception {
        file(
                "pom.xml",
                "<module>shop</module>\n<profiles>\n<profile>\n<id>race</id>\n<module>track</module>\n</profile>\n"
                        + "<profile>\n<id>other</id>\n</profile>\n</profiles>\n");
        file("track/src/main/java/Track.java", "");
        file("track/pom.xml", "");
        file("shop/target/shop.jar", "");
        file("target/built", "");
        file("target/built-race", "");

        assertThat(shell("modules")).isEqualTo("shop\n");
        assertThat(shell("profile=race modules")).isEqualTo("shop\ntrack\n");
        assertThat(isBuilt()).isTrue();
        assertThat(shell("profile=race; is_built || echo no")).isEqualTo("no\n");

        file("track/target/track.jar", "");
        assertThat(shell("profile=race; is_built && echo yes")).isEqualTo("yes\n");
    }

    @Test
    void a_key_is_printed_by_its_role_or_source() throws Exception {
        script("key");
        assertThat(key("reader")).isEqualTo("There are no keys in home: bin/up has not run yet.\n");

        file(
                "home/millrace.properties",
                "write-key.reader=w\nwrite-key.shop=s\napi-key.reader=r-_1\napi-key.back-office=b\n");
        assertThat(key("reader")).isEqualTo("r-_1\n");
        assertThat(key("back-office")).isEqualTo("b\n");
        assertThat(key("shop")).isEqualTo("s\n");
        assertThat(key("admin")).startsWith("There is no key admin: bin/key reader");
        assertThat(key("")).startsWith("There is no key without a name: bin/key reader");
    }

    @Test
    void a_consumer_of_ones_own_gets_its_config_vars_for_a_shell_and_no_others() throws Exception {
        script("vars");
        file("Procfile.vars", "every: PATH KEY\nconsumer: SOURCES DATABASE_URL\norders: SECRET\n");
        var vars = "MILLRACE_HOME=home bash bin/vars";
        assertThat(shell(vars)).isEqualTo("There are no config vars in home: bin/up has not run yet.\n");

        file("home/config-vars.json", """
                {
                  "KEY" : "-----\\nit's\\n",
                  "SECRET" : "of orders",
                  "DATABASE_URL" : "of orders",
                  "CONSUMER_DATABASE_URL" : "postgres://me",
                  "SOURCES" : "{\\"shop\\":1}"
                }
                """);
        assertThat(shell(vars)).isEqualTo("export KEY='-----\nit'\\''s\n'\nexport SOURCES='{\"shop\":1}'\n");
        assertThat(shell("eval \"$(" + vars + ")\"; bash -c 'echo \"$KEY$SOURCES\"'"))
                .isEqualTo("-----\nit's\n{\"shop\":1}\n");
        assertThat(shell(vars + " --database")).isEqualTo(shell(vars) + "export DATABASE_URL='postgres://me'\n");
        assertThat(shell(vars + " --all")).isEqualTo("There is no --all: bin/vars, or bin/vars --database.\n");

        file("home/config-vars.json", "{\n  \"DATABASE_URL\" : \"of orders\"\n}\n");
        assertThat(shell(vars + " --database"))
                .startsWith("The database in home has no role for a program of your own");
    }

    @Test
    void a_process_is_started_with_its_variables_and_no_others() throws Exception {
        script("launch");
        file(
                "Procfile.vars",
                "# orders: SECRET\nevery: PATH LANG\norders: KEY MINE_*\nweb: SECRET\nmails:\nbin/rebuild: KEY\n");
        var given = "LANG=C KEY=\"it's\nlong\" MINE_1=a SECRET=s ";

        assertThat(shell(given + "bin/launch orders bash -c 'echo \"$LANG|$KEY|$MINE_1|$SECRET|$HOME|$1\"' -- 'b  c'"))
                .isEqualTo("C|it's\nlong|a|||b  c\n");
        assertThat(shell(given + "ORDERS_KEY='its own' bin/launch orders bash -c 'echo \"$KEY|$ORDERS_KEY\"'"))
                .isEqualTo("its own|\n");
        assertThat(shell(given + "REBUILD_KEY='its own' WEB_KEY=no bin/launch bin/rebuild bash -c 'echo \"$KEY\"'"))
                .isEqualTo("its own\n");
        assertThat(shell(given + "ORDERS_KEY=' ' bin/launch orders bash -c 'echo \"$KEY\"'"))
                .as("a blank variable is a missing one")
                .isEqualTo("it's\nlong\n");
        assertThat(shell(given + "bin/launch mails bash -c 'echo \"$LANG|$KEY|$SECRET\"'"))
                .as("a process that needs nothing of its own")
                .isEqualTo("C||\n");
        assertThat(shell("bin/launch shop env; echo $?"))
                .isEqualTo("Procfile.vars has no line shop, which says what variables shop gets.\n1\n");
        assertThat(shell("bin/launch orders")).startsWith("Usage: bin/launch");
    }

    /** Where it is exported, cd goes elsewhere, and says so on standard output. */
    @Test
    void a_process_is_started_whatever_cdpath_says() throws Exception {
        script("launch");
        file("Procfile.vars", "every: PATH\norders: KEY\n");
        Files.createDirectories(project.resolve("elsewhere/bin"));

        assertThat(
                        shell(
                                "export CDPATH=$PWD/elsewhere; KEY=k SECRET=s bin/launch orders bash -c 'echo \"$KEY|$SECRET\"'"))
                .isEqualTo("k|\n");
    }

    @Test
    void a_module_may_bring_the_variables_of_its_process() throws Exception {
        script("launch");
        file("Procfile.vars", "every: PATH LANG\norders: KEY\n");
        file("mails/Procfile.vars", "# of mails\nmails: SECRET\n");
        file("shop/Procfile.vars", "shop: KEY\n");

        assertThat(shell("KEY=k SECRET=s bin/launch mails bash -c 'echo \"$KEY|$SECRET\"'"))
                .isEqualTo("|s\n");
        assertThat(shell("KEY=k SECRET=s bin/launch shop bash -c 'echo \"$KEY|$SECRET\"'"))
                .isEqualTo("k|\n");
    }

    @Test
    void a_one_off_process_has_the_environment_of_the_application_and_no_other() throws Exception {
        script("ps");
        file("shop/target/shop.jar", "");
        file("target/built", "");
        var jdk = jdk("jdk-25", "25.0.3");
        var java = file("jdks/jdk-25/bin/java", "#!/bin/sh\necho \"export KEY='it'\\\\''s\nlong' PATH='$PATH'\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        var ps = "SECRET=s JAVA_HOME=" + jdk + " bin/ps run ";

        assertThat(shell(ps + "'echo \"$KEY|$SECRET|$HOME|\"; exit 3'; echo $?"))
                .isEqualTo("it's\nlong|||\n3\n");
        assertThat(shell(ps + "printf '%s|' 'b  c' --help")).isEqualTo("b  c|--help|\n");
        assertThat(shell(ps)).isEqualTo("Usage: bin/ps run COMMAND [ARGUMENT...]\n");

        Files.writeString(java, "#!/bin/sh\necho 'No platform runs.' >&2; exit 1\n");
        assertThat(shell(ps + "echo not reached; echo $?")).isEqualTo("No platform runs.\n1\n");
    }

    /** Runs on a clean clone, on a machine without a JDK and without Maven. */
    @ParameterizedTest
    @MethodSource("scripts")
    void a_script_answers_help_at_once(String script) throws Exception {
        var bin = Path.of(System.getProperty("project.root"), "bin");
        var clone = Files.createDirectory(project.resolve("clone"));
        try (var files = Files.walk(bin)) {
            for (var file : files.toList()) {
                Files.copy(file, clone.resolve("bin").resolve(bin.relativize(file)));
            }
        }

        var begin = Instant.now();
        var answer = run(clone, "exec bash bin/" + script + " --help");

        assertThat(answer).startsWith("Usage: ").contains("bin/" + script).endsWith("\n0\n");
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(10));
        assertThat(clone.toFile().list()).as("nothing was built").containsExactly("bin");
    }

    static List<String> scripts() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("project.root"), "bin"))) {
            var scripts = files.filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
            assertThat(scripts).contains("up", "test");
            return scripts;
        }
    }

    @Test
    void a_command_of_a_script_has_a_help_of_its_own() throws Exception {
        Files.createDirectories(project.resolve("bin/help"));
        Files.writeString(project.resolve("bin/shop"), ". bin/lib.sh; run shop Shop \"$@\"");
        Files.writeString(project.resolve("bin/help/shop.txt"), "Usage: bin/shop\n");
        Files.writeString(project.resolve("bin/help/shop-sell.txt"), "Usage: bin/shop sell\n");

        assertThat(shell("bash bin/shop --help")).isEqualTo("Usage: bin/shop\n");
        assertThat(shell("bash bin/shop sell --rate 7 --help")).isEqualTo("Usage: bin/shop sell\n");
        assertThat(shell("bash bin/shop --help sell")).isEqualTo("Usage: bin/shop\n");
    }

    /** Output and exit code of a line on a machine with little more than a shell. */
    private static String run(Path folder, String line) throws Exception {
        var tools = Files.createDirectory(folder.resolveSibling("tools"));
        for (var tool : List.of("bash", "dirname", "cat", "sed", "awk", "env")) {
            Files.createSymbolicLink(tools.resolve(tool), tool(tool));
        }
        var builder = new ProcessBuilder(tools.resolve("bash").toString(), "-c", "(" + line + "); echo $?")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        var process = builder.start();
        try (var output = process.inputReader()) {
            var text = String.join("", output.lines().map(read -> read + "\n").toList());
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return text;
        }
    }

    private static Path tool(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private void script(String name) throws IOException {
        Files.copy(
                Path.of(System.getProperty("project.root"), "bin", name),
                project.resolve("bin").resolve(name),
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    private String key(String role) throws Exception {
        return shell("MILLRACE_HOME=home bash bin/key " + role);
    }

    private boolean isBuilt() throws Exception {
        return shell("is_built && echo yes").equals("yes\n");
    }

    private Path jdk(String name, String version) throws IOException {
        var folder = project.resolve("jdks").resolve(name);
        file("jdks/" + name + "/release", "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        assertThat(file("jdks/" + name + "/bin/javac", "").toFile().setExecutable(true))
                .isTrue();
        return folder;
    }

    private Path file(String name, String text) throws IOException {
        var file = project.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        touch(name, NOON);
        return file;
    }

    private void touch(String name, Instant time) throws IOException {
        Files.setLastModifiedTime(project.resolve(name), FileTime.from(time));
    }

    /** Runs a line after the shared part; the machine has only the JDKs of the test. */
    private String shell(String line) throws Exception {
        var places = "usual_places() { printf '%s\\n' " + project.resolve("jdks") + "/*; }; jdk_of_path() { :; }; ";
        var process = new ProcessBuilder(List.of("bash", "-c", ". bin/lib.sh; unset JAVA_HOME; " + places + line))
                .directory(project.toFile())
                .redirectErrorStream(true)
                .start();
        try (var output = process.inputReader()) {
            var text = String.join("", output.lines().map(read -> read + "\n").toList());
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return text;
        }
    }
}

package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code bin/test} in a project of its own, with a fake Maven that prints its arguments and writes reports. */
class TiersTest {
    private static final String REPORT =
            "<testsuite xmlns:xsi='x' version='3' name='%s' time='%s' tests='2' errors='0' skipped='1' failures='0'>";

    @TempDir
    private Path project;

    @BeforeEach
    void write() throws IOException {
        file("bin/test", Files.readString(Path.of(System.getProperty("project.root"), "bin/test")));
        file("bin/lib.sh", Files.readString(Path.of(System.getProperty("project.root"), "bin/lib.sh")));
        file("pom.xml", "<module>shop</module>\n<module>infra/till</module>\n");
        test("shop", "Quick", "");
        test("shop", "Real", "@Tag(\"platform\")\n");
        test("infra/till", "Slow", "@Tag(\"platform\")\n@Tag(\"long\")\n");
        for (var rotate = 1; rotate <= 3; rotate++) {
            test("infra/till", "Turn" + rotate, "@Tag(\"long\")\n@Tag(\"turn-" + rotate + "\")\n");
        }
    }

    @Test
    void each_tier_leaves_out_its_tags_and_names_what_it_leaves_out() throws Exception {
        var quick = run("--quick", report("shop", "Quick", "1.5"));
        assertThat(quick.exitCode).isZero();
        assertThat(quick.printed)
                .contains("mvn -T 3 test", "-Dtags.excluded=platform | long\n", "      1.5  shop.QuickTest\n")
                .contains(
                        "Left out of this tier:", "  RealTest: Tries real parts.\n", "  SlowTest: Tries slow parts.\n");

        var usual = run("", report("shop", "Quick", "1.5") + report("shop", "Real", "1,002.5"));
        assertThat(usual.exitCode).isZero();
        assertThat(usual.printed)
                .contains(
                        "mvn -T 3 verify", "-Dtags.excluded=long\n", "   1002.5  shop.RealTest\n      1.5  shop.Quick")
                .contains("Tests run: 4, Failures: 0, Errors: 0, Skipped: 2, in 0 min")
                .doesNotContain("RealTest: ");
    }

    @Test
    void a_single_test_that_is_left_out_is_named() throws Exception {
        file(
                "shop/src/test/java/shop/RealTest.java",
                "@Tag(\"platform\")\nclass RealTest {\n    @Test\n    @Tag(\"long\")\n    void it_lasts() {}\n\n"
                        + "    @Test\n    void it_is_quick() {}\n}\n");

        assertThat(run("", report("shop", "Quick", "1") + report("shop", "Real", "2")).printed)
                .contains("  RealTest: it lasts\n")
                .doesNotContain("it is quick");
    }

    @Test
    void all_runs_one_turn_of_five_and_says_by_which_commit() throws Exception {
        var all = run(
                "--all",
                Stream.of("Slow", "Turn1", "Turn2", "Turn3")
                        .map(name -> report("infra/till", name, "9"))
                        .reduce(report("shop", "Quick", "1") + report("shop", "Real", "2"), String::concat));

        assertThat(all.exitCode).isZero();
        assertThat(all.printed)
                .contains(
                        "-Dtags.excluded=turn-2 | turn-3 | turn-4 | turn-5\n", "Left out, as turn 1 of 5 by commit 0:")
                .contains("  Turn2Test: Tries turn2 parts.\n", "  Turn3Test: Tries turn3 parts.\n")
                .doesNotContain("Turn1Test: ");
    }

    @Test
    void a_failure_of_maven_is_a_failure() throws Exception {
        var failed = run("", report("shop", "Quick", "1") + report("shop", "Real", "2") + "exit 3");

        assertThat(failed.exitCode).isEqualTo(3);
        assertThat(failed.printed).contains("Tests run: 4");
    }

    @Test
    void a_class_that_was_to_run_and_did_not_is_a_failure() throws Exception {
        var less = run("", report("shop", "Quick", "1"));

        assertThat(less.exitCode).isOne();
        assertThat(less.printed).endsWith("These classes were to run and did not:\n  RealTest: Tries real parts.\n");
    }

    @Test
    void a_report_of_an_earlier_run_does_not_count() throws Exception {
        run("", report("shop", "Quick", "1") + report("shop", "Real", "2"));

        assertThat(run("", report("shop", "Quick", "1")).exitCode).isOne();
    }

    @Test
    void a_class_that_does_not_exist_is_a_failure() throws Exception {
        var none = run("-Dtest=NoTest", "");

        assertThat(none.exitCode).isOne();
        assertThat(none.printed).contains("No test ran: there is no class NoTest");
    }

    @Test
    void a_class_that_is_named_runs_whatever_its_tier() throws Exception {
        var named = run("-pl infra/till -Dtest=SlowTest", report("infra/till", "Slow", "9"));

        assertThat(named.exitCode).isZero();
        assertThat(named.printed)
                .contains("-pl infra/till -am", "-Dtest=SlowTest")
                .doesNotContain("tags.excluded");
    }

    @Test
    void of_a_module_only_its_own_tests_run() throws Exception {
        var module = run("-pl shop", report("shop", "Quick", "1") + report("shop", "Real", "2"));

        assertThat(module.exitCode).isZero();
        assertThat(module.printed).contains("-pl shop -am", "includesFile");
        assertThat(project.resolve("target/tests-wanted")).hasContent("shop/QuickTest.java\nshop/RealTest.java\n");
        assertThat(run("-pl shops", "").printed).isEqualTo("There is no module shops: pom.xml lists them.\n");
    }

    @Test
    void data_in_memory_is_removed_and_the_prepared_platform_is_kept() throws Exception {
        var began = "for o; do case $o in -Dtests.prepared=*) mkdir ${o#*=} && touch ${o#*=}/made;; esac; done\n";
        var memory = run("", began + "exit 3").printed.replaceFirst("(?s).*java.io.tmpdir=(/dev/shm/.*)/tmp .*", "$1");

        assumeThat(memory).as("room in memory").startsWith("/dev/shm/millrace-test.");
        assertThat(Path.of(memory)).doesNotExist();
        assertThat(project.resolve("target/prepared/made")).exists();
    }

    @Test
    void help_is_given_at_once() throws Exception {
        var help = run("--help", "exit 9");

        assertThat(help.exitCode).isZero();
        assertThat(help.printed).startsWith("Usage: bin/test [--quick | --all]").doesNotContain("mvn -T");
    }

    private record Result(int exitCode, String printed) {}

    private void test(String module, String name, String tags) throws IOException {
        var folder = module.substring(module.indexOf('/') + 1);
        file(
                "%s/src/test/java/%s/%sTest.java".formatted(module, folder, name),
                "/** Tries %s parts. */\n%sclass %sTest {}\n".formatted(name.toLowerCase(), tags, name));
    }

    /** A line of the shell that writes a report as Maven does. */
    private static String report(String module, String name, String seconds) {
        var folder = module + "/target/surefire-reports";
        var type = module.substring(module.indexOf('/') + 1) + "." + name + "Test";
        return "mkdir -p %s; echo '%s' | tr \"'\" '\"' >%s/TEST-%s.xml\n"
                .formatted(folder, REPORT.formatted(type, seconds).replace("'", "'\\''"), folder, type);
    }

    private Result run(String options, String maven) throws Exception {
        var fake = file("fake/mvn", "#!/bin/sh\necho \"mvn $*\"\nsleep 0.02\n" + maven);
        assertThat(fake.toFile().setExecutable(true)).isTrue();
        var builder = new ProcessBuilder("bash", "-c", "bin/test " + options)
                .directory(project.toFile())
                .redirectErrorStream(true);
        assertThat(project.resolve("bin/test").toFile().setExecutable(true)).isTrue();
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().merge("PATH", project.resolve("fake").toString(), (path, own) -> own + ":" + path);
        builder.environment().put("GIT_DIR", project.resolve("nothing").toString());
        var process = builder.start();
        try (var output = process.inputReader()) {
            var printed =
                    String.join("", output.lines().map(line -> line + "\n").toList());
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Result(process.exitValue(), printed);
        }
    }

    private Path file(String name, String text) throws IOException {
        var file = project.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}

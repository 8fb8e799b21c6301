package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Checks the tags that put a test into a tier of {@code bin/test}: with a wrong tag it would run in the wrong tier, or
 * in none.
 */
class TagsTest {
    private static final String LONG = "@Tag(\"long\")";
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"(.*?)\"\\)");
    private static final Pattern MODULE = Pattern.compile("<module>(.*)</module>");
    private static final Set<String> TURNS = Set.of("turn-1", "turn-2", "turn-3", "turn-4", "turn-5");
    private static final Set<String> OTHERS = Set.of("platform", "long", "alone", "embedded");

    /** A test in a page: its class, its method where one is named, and the mark of a long one. */
    private static final Pattern NAMED = Pattern.compile("`(\\w+Test)(\\.\\w+)?`(\\\\\\*)?");

    /** Marks of a test that starts a broker, a database or the whole system, itself or by an extension. */
    private static final Pattern NEEDS_PLATFORM = Pattern.compile("@QuarkusTest\\b|\\b\\w*Platform(Resource)?\\b"
            + "|\\bnew (RunningSystem|PaasApp|\\w*Pair|\\w*Bed|\\w*KeyTable)\\b|\\bSharedSystem\\b"
            + "|\\bUpCommand\\.class");

    /** Marks of a test that works on processes of this machine. */
    private static final Pattern NEEDS_EMBEDDED = Pattern.compile("\\bEmbeddedPlatform\\b|\\.embedded\\(\\)"
            + "|\\bnew RunningSystem\\b|\\bSharedSystem\\b|\\bUpCommand\\.class");

    @Test
    void every_tag_is_one_that_the_tiers_know() throws IOException {
        assertThat(tests())
                .isNotEmpty()
                .allSatisfy(
                        test -> assertThat(tags(test)).allMatch(tag -> TURNS.contains(tag) || OTHERS.contains(tag)));
    }

    @Test
    void a_test_that_needs_a_broker_or_a_database_is_tagged_platform() throws IOException {
        assertThat(tests())
                .filteredOn(test -> NEEDS_PLATFORM.matcher(text(test)).find() && !test.endsWith("TagsTest.java"))
                .isNotEmpty()
                .allSatisfy(test -> assertThat(tags(test)).contains("platform"));
    }

    @Test
    void a_test_that_works_on_processes_of_this_machine_is_tagged_embedded_itself_or_as_a_whole() throws IOException {
        assertThat(tests())
                .filteredOn(test -> NEEDS_EMBEDDED.matcher(text(test)).find() && !test.endsWith("TagsTest.java"))
                .isNotEmpty()
                .allSatisfy(test -> assertThat(tags(test)).contains("embedded"));
    }

    @Test
    void a_test_that_takes_turns_is_tagged_long() throws IOException {
        assertThat(tests())
                .filteredOn(test -> tags(test).stream().anyMatch(TURNS::contains))
                .allSatisfy(test -> assertThat(tags(test)).contains("long"));
    }

    @Test
    void pages_mark_the_tests_that_are_long() throws IOException {
        var tests = tests().stream().collect(Collectors.toMap(TagsTest::name, test -> test, (one, other) -> one));
        var pages = new ArrayList<>(List.of("README.md", "docs/architecture.md"));
        // fork: analytics
        pages.add("docs/streams.md");
        // fork: end
        // fork: audit
        pages.add("docs/threats.md");
        // fork: end
        for (var page : pages) {
            var named = NAMED.matcher(text(RunningSystem.ROOT.resolve(page)))
                    .results()
                    .toList();
            assertThat(named).as(page).isNotEmpty();
            for (var test : named) {
                assertThat(tests).as(page).containsKey(test.group(1));
                assertThat(test.group(3) != null)
                        .as("%s marks %s as long", page, test.group())
                        .isEqualTo(isLong(text(tests.get(test.group(1))), test.group(2)));
            }
        }
    }

    /** Returns true if the method, or all methods where none is named, run with {@code --all} only. */
    private static boolean isLong(String source, String method) {
        var type = source.indexOf("\nclass ");
        if (source.lastIndexOf(LONG, type) >= 0) {
            return true;
        }
        var tests = List.of(source.substring(type).split("@(Test|ParameterizedTest)\\b"));
        return tests.stream()
                .skip(1)
                .filter(test -> method == null || test.contains(" " + method.substring(1) + "("))
                .allMatch(test -> test.substring(0, test.indexOf('{')).contains(LONG));
    }

    private static String name(Path test) {
        return test.getFileName().toString().replace(".java", "");
    }

    private static List<Path> tests() throws IOException {
        var tests = new ArrayList<Path>();
        for (var module : MODULE.matcher(text(RunningSystem.ROOT.resolve("pom.xml")))
                .results()
                .toList()) {
            var folder = RunningSystem.ROOT.resolve(module.group(1)).resolve("src/test/java");
            if (Files.isDirectory(folder)) {
                try (var files = Files.walk(folder)) {
                    files.filter(file -> file.toString().endsWith("Test.java")).forEach(tests::add);
                }
            }
        }
        return tests;
    }

    private static Set<String> tags(Path test) {
        return TAG.matcher(text(test)).results().map(tag -> tag.group(1)).collect(Collectors.toSet());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

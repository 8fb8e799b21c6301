package millrace.fork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Forks of this project, computed in memory. */
class ForkTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root"));
    private static final ForkTree PROJECT = ForkTree.read(ROOT, new GitRepository(ROOT).files());
    private static final ForkName SHOP = new ForkName("Corner Shop", "corner-shop", "com.example.shop", "org.example");
    private static final String CATALOGUE = "events/src/main/resources/com/example/shop/events/channels.yaml";

    static Stream<List<String>> variants() {
        return Stream.concat(
                Stream.of(List.of(), List.of("analytics", "audit"), OptionalPart.choices()),
                OptionalPart.choices().stream().map(List::of));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void a_fork_keeps_no_trace_of_the_name_and_of_what_it_leaves_out(List<String> without) {
        assertThat(Fork.of(PROJECT, SHOP, without).leftovers()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "docs/more.md | Ask MilLrace. | docs/more.md:1 has the name of the template: Ask MilLrace.",
                "docs/millrace.md | A page. | docs/millrace.md has the name of the template.",
                "docs/more.md | Then bin/audit verify. | docs/more.md:1 is about audit: Then bin/audit verify.",
                "bin/audit | exec java | bin/audit belongs to audit.",
                "docs/more.md | As `RestoreCommand` does. | docs/more.md:1 names a type that is gone: As `RestoreCommand` does.",
                "A.java | // fork: audit | A.java:1 has a mark: // fork: audit"
            })
    void a_leftover_is_found(String path, String text, String found) {
        var fork = Fork.of(PROJECT, SHOP, List.of("audit"));
        assertThat(fork.leftovers()).isEmpty();

        fork.tree().write(path, text);

        assertThat(fork.leftovers()).contains(found);
    }

    @Test
    void what_the_catalogue_and_the_procfile_say_of_a_service_goes_with_it() {
        var fork = Fork.of(PROJECT, SHOP, List.of("audit")).tree();

        assertThat(fork.text("Procfile")).contains("\norders: ").doesNotContain("audit");
        assertThat(fork.text("Procfile.vars"))
                .contains("release: DATABASE_URL\n")
                .doesNotContain("AUDIT");
        assertThat(fork.text("app.json")).contains("\"ANALYTICS_GUARANTEE\"").doesNotContain("AUDIT", "audit");
        assertThat(fork.text(CATALOGUE))
                .contains("x-readers: [analytics-stream]\n", "x-readers: ['*']\n")
                .doesNotContain("audit");
        assertThat(fork.paths())
                .noneMatch(path -> path.endsWith("/schemas/audit-events.yaml") || path.endsWith("/AuditEvent.java"))
                .anyMatch(path -> path.endsWith("com/example/shop/events/OrderEvent.java"));
        assertThat(fork.text("README.md")).contains("| analytics-stream |").doesNotContain("audit-service");
    }

    @Test
    void a_part_takes_those_with_it_that_need_it_and_the_plan_says_so() {
        assertThat(Fork.of(PROJECT, SHOP, List.of("audit")).plan())
                .contains(
                        "bench      the benchmarks",
                        "(goes with audit)",
                        "Corner-Shop-Generation",
                        "corner_shop_audit");
    }

    @Test
    void an_unknown_part_is_refused() {
        assertThatThrownBy(() -> Fork.of(PROJECT, SHOP, List.of("orders")))
                .isInstanceOf(ForkException.class)
                .hasMessage("--without names \"orders\"; expected some of " + String.join(", ", OptionalPart.choices())
                        + ".");
    }

    @Test
    void the_readme_names_every_part() {
        var choices = OptionalPart.choices();

        assertThat(PROJECT.text("README.md"))
                .contains("any of " + String.join(", ", choices.subList(0, choices.size() - 1)) + " and "
                        + choices.getLast() + ".");
    }
}

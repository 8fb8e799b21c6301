package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and channels that {@code bin/new} refuses, with a sentence and without a change. */
class NewConsumerNameTest {
    @TempDir
    private static Path folder;

    private static ProjectCopy project;

    @BeforeAll
    static void copy() throws IOException, InterruptedException {
        project = ProjectCopy.in(folder.resolve("project"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "Fraud",
                "-fraud",
                "fraud-",
                "fraud--check",
                "2nd",
                "fraud check",
                "fraud_check",
                "../fraud",
                "fraud/../../x",
                "a|e touch x|",
                "s/x/y/e",
                "$(touch x)",
                "fraud\ncheck",
                "é-check",
                "a-name-of-25-characters-xx"
            })
    void a_name_of_another_form(String name) throws Exception {
        assertThat(project.refused("bin/new", "consumer", name, "--reads", "clicks"))
                .startsWith("NAME is \"" + name + "\"; expected 2 to 24 lower-case letters");
        assertThat(project.changes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "docs, there is a folder docs already",
        "access, there is a module access already",
        "e2e, there is a module e2e already",
        "clicks, there is a channel clicks",
        "web, there is a process web",
        "or-ders, there is a process orders",
        "release, there is a module release already",
        "con-sumer, there is a process consumer",
        "new, new is a word of Java",
        "inter-face, interface is a word of Java",
        "user, user is a word of SQL",
        "target, builds are in folders of that name",
        "paas, there is a package millrace.paas already",
        "service, there is a module service already",
        "ingest, its name would be the end of clickstream-ingest",
        "my-orders-service, its name would end with orders-service",
        "transaction, there is a class TransactionConsumer already"
    })
    void a_name_that_something_else_has(String name, String reason) throws Exception {
        assertThat(project.refused("bin/new", "consumer", name, "--reads", "clicks"))
                .startsWith(name + " cannot be the name of a consumer: " + reason);
        assertThat(project.changes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "cl*", "clicks\norders", "", "clicks orders"})
    void a_channel_that_the_catalogue_does_not_have(String channel) throws Exception {
        for (var option : new String[] {"--reads", "--writes"}) {
            var other = option.equals("--reads") ? "--writes" : "--reads";
            if (!channel.isEmpty()) {
                assertThat(project.refused("bin/new", "consumer", "fraud-check", other, "orders", option, channel))
                        .contains(option + " is \"" + channel
                                + "\"; expected a channel of the catalogue, one of: clicks, ")
                        .endsWith(", ledger.\n");
            }
        }
        assertThat(project.changes()).isEmpty();
    }

    @Test
    void channels_that_no_consumer_can_read_or_write() throws Exception {
        assertThat(project.refused("bin/new", "consumer", "fraud-check"))
                .contains("--reads is missing; expected a channel of the catalogue, one of: clicks, ");
        assertThat(project.refused("bin/new", "consumer", "fraud-check", "--reads", "ledger"))
                .contains("expected another channel");
        assertThat(project.refused("bin/new", "consumer", "fraud-check", "--reads=clicks", "--writes=clicks"))
                .contains("it would read what it writes");
        assertThat(project.refused("bin/new", "producer", "fraud-check")).startsWith("Usage: bin/new consumer NAME");
        assertThat(project.changes()).isEmpty();
    }

    @Test
    void what_it_makes_is_taken_back_by_removing_the_folder_and_the_entries() throws Exception {
        var printed = project.run("bin/new", "consumer", "fraud-check", "--reads", "order-state");

        assertThat(printed).contains("Made fraud-check, a consumer of order-state", "\n  bin/test -pl fraud-check\n");
        assertThat(project.refused("bin/new", "consumer", "fraud-check", "--reads", "clicks"))
                .contains("there is a folder fraud-check already");
        assertThat(project.changes())
                .containsExactly(
                        " M Procfile",
                        " M events/src/main/resources/millrace/events/channels.yaml",
                        " M pom.xml",
                        "?? fraud-check/");
        assertThat(project.run("git", "diff", "--unified=0").lines())
                .filteredOn(line -> line.matches("[+-][^+-].*"))
                .as("the entries: lines that are new, or have a module more")
                .hasSize(9);
        project.run("rm", "-r", "fraud-check");
        project.run("git", "checkout", "-q", ".");
    }
}

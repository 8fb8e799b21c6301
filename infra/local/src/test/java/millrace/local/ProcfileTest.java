package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcfileTest {
    @TempDir
    Path folder;

    @Test
    void each_line_is_a_process() throws IOException {
        var procfile = read("""
            # what runs
            release: exec migrate

            web: exec java -jar web.jar --url=http://x:1
            orders:   exec java -jar orders.jar
            """);

        assertThat(procfile.release()).contains(new Procfile.Line("release", "exec migrate"));
        assertThat(procfile.processes())
                .containsExactly(
                        new Procfile.Line("web", "exec java -jar web.jar --url=http://x:1"),
                        new Procfile.Line("orders", "exec java -jar orders.jar"));
    }

    @Test
    void a_line_that_is_none_is_named() {
        assertThatThrownBy(() -> read("web: exec java\norder-service: exec java\n"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("Procfile, line 2: expected")
                .hasMessageContaining("order-service");
    }

    @Test
    void a_name_is_there_once() {
        assertThatThrownBy(() -> read("web: a\nweb: b\n")).hasMessageContaining("line 2");
    }

    @Test
    void a_process_can_be_left_out_and_an_unknown_one_is_refused_with_the_known_ones() throws IOException {
        var procfile = read("release: a\nweb: b\norders: c\n");

        assertThat(procfile.without(List.of("web")).lines())
                .containsExactly(new Procfile.Line("release", "a"), new Procfile.Line("orders", "c"));
        assertThatThrownBy(() -> procfile.without(List.of("release")))
                .isInstanceOf(StartException.class)
                .hasMessage("There is no process release to start, only these: web, orders.");
    }

    @Test
    void a_missing_one_is_named() {
        assertThatThrownBy(() -> Procfile.read(folder.resolve("Procfile")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(folder.resolve("Procfile").toString());
    }

    @Test
    void every_process_of_this_project_is_one_java_that_takes_the_signals_and_gets_its_own_variables() {
        var procfile = Procfile.read(Path.of(System.getProperty("project.root"), "Procfile"));

        assertThat(procfile.lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.command())
                        .matches("exec bin/launch " + line.name()
                                + " java @jvm\\.options (-XX:[A-Za-z]+=[0-9]+m? )*\\$JAVA_OPTS -.*"));
    }

    @Test
    void a_process_of_a_module_that_reads_channels_is_a_consumer() throws IOException {
        var procfile = read("""
            web: exec java -jar clickstream-ingest/target/quarkus-app/quarkus-run.jar
            bills: exec java $JAVA_OPTS -jar orders-service/target/quarkus-app/quarkus-run.jar
            mails: exec java -cp 'orders-service/target/*:infra/release/target/lib/*' Mails
            shop: exec java -jar other-orders-service/target/quarkus-run.jar
            """);

        assertThat(procfile.consumers())
                .isEqualTo(Map.of("bills", List.of("transactions"), "mails", List.of("transactions")));
    }

    private Procfile read(String text) throws IOException {
        return Procfile.read(Files.writeString(folder.resolve("Procfile"), text));
    }
}

package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands of the server variants, against the Procfile. */
class ProjectCommandsTest {
    private final ProjectCommands project = new ProjectCommands(Path.of(System.getProperty("project.root")), "");

    @Test
    void the_edge_is_the_web_process() {
        assertThat(project.service(ProjectCommands.EDGE_PROCESS))
                .startsWith("exec bin/launch web java @jvm.options -XX:MaxNewSize=96m $JAVA_OPTS ")
                .endsWith("clickstream-ingest/target/quarkus-app/quarkus-run.jar");
    }

    @Test
    void the_naive_edge_has_the_same_flags_and_producer_settings() {
        assertThat(project.producerOfEdge())
                .containsKeys("acks", "linger.ms", "batch.size", "max.in.flight.requests.per.connection");
        assertThat(project.naive())
                .startsWith("exec bin/launch web java @jvm.options -XX:MaxNewSize=96m $JAVA_OPTS ")
                .contains(" -Dmp.messaging.outgoing.clicks.linger.ms="
                        + project.producerOfEdge().get("linger.ms"))
                .doesNotContain("clickstream-ingest")
                .endsWith("-jar infra/bench/naive/target/quarkus-app/quarkus-run.jar");
    }

    @Test
    void a_class_of_this_program_has_the_same_flags() {
        assertThat(project.java(EmptyEndpoint.class.getName()))
                .startsWith("exec java @jvm.options -XX:MaxNewSize=96m $JAVA_OPTS -cp ")
                .doesNotContain("AOTCache", "-jar")
                .endsWith(" millrace.bench.EmptyEndpoint");
    }

    @Test
    void a_peer_of_a_service_has_its_flags_and_its_heap() {
        assertThat(project.java("analytics", "-cp peer.jar Peer"))
                .startsWith("exec java @jvm.options ")
                .contains(" " + project.heap("analytics") + " ")
                .doesNotContain("AOTCache", "-jar")
                .endsWith(" -cp peer.jar Peer");
        assertThat(project.heap("analytics")).matches("-Xmx[0-9]+m");
    }

    @Test
    void another_setting_of_the_producer_comes_after_the_flags_of_the_platform() {
        assertThat(project.edgeWith("compression.type", "lz4"))
                .containsPattern("\\$JAVA_OPTS -Dmp\\.messaging\\.outgoing\\.[a-z-]+\\.compression\\.type=lz4 ");
    }

    @Test
    void a_file_without_the_expected_text_is_reported(@TempDir Path empty) throws IOException {
        Files.writeString(empty.resolve("Procfile"), "worker: exec java\n");

        assertThatThrownBy(() -> new ProjectCommands(empty, "").service("web"))
                .hasMessage(empty.resolve("Procfile") + " does not contain a line \"web:\".");
        assertThatThrownBy(() -> new ProjectCommands(empty, "").producerOfEdge())
                .hasMessageMatching("There is no .*application.properties with settings of the edge's producer .*");
    }
}

package millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** That all Java contenders run as the Procfile says. */
class ProjectTest {
    private final Project project = new Project(Path.of(System.getProperty("project.root")));

    @Test
    void the_edge_is_the_web_process() {
        assertThat(project.edge().command())
                .startsWith("exec java @jvm.options $JAVA_OPTS ")
                .endsWith("clickstream-ingest/target/quarkus-app/quarkus-run.jar");
    }

    @Test
    void the_naive_edge_has_the_same_flags_and_producer_settings() {
        assertThat(project.producerOfEdge()).containsKeys("acks", "linger.ms", "batch.size");
        assertThat(project.naive().command())
                .startsWith("exec java @jvm.options $JAVA_OPTS ")
                .contains(" -Dmp.messaging.outgoing.clicks.linger.ms="
                        + project.producerOfEdge().get("linger.ms"))
                .doesNotContain("clickstream-ingest")
                .endsWith("-jar infra/bench/naive/target/quarkus-app/quarkus-run.jar");
    }

    @Test
    void a_class_of_this_program_has_the_same_flags() {
        assertThat(project.http().command())
                .startsWith("exec java @jvm.options $JAVA_OPTS -cp ")
                .doesNotContain("AOTCache", "-jar")
                .endsWith(" millrace.bench.EmptyEndpoint");
    }

    @Test
    void settings_of_a_measurement_come_after_those_of_the_platform() {
        assertThat(project.edge("-Dcolour=red").command()).contains("$JAVA_OPTS -Dcolour=red ");
    }
}

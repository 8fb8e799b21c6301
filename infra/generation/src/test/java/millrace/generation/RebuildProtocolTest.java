package millrace.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class RebuildProtocolTest {
    private final RecordedRebuild consumer = new RecordedRebuild();

    @Test
    void each_call_is_a_line_and_so_is_its_answer() {
        var answers = serve("""
                {"verb":"RESOURCES","generation":2,"other":0,"rate":5,"inputs":{"clicks":"others"},"alone":false}
                {"verb":"CREATE","generation":2,"other":0,"rate":0,"inputs":{},"alone":false}
                {"verb":"CAUGHT_UP","generation":1,"other":2,"rate":0,"inputs":{},"alone":true}
                {"verb":"FENCE","generation":1,"other":2,"rate":0,"inputs":{},"alone":false}
                """);

        assertThat(consumer.calls())
                .containsExactly("RESOURCES 2 5 {clicks=others}", "CREATE 2", "CAUGHT_UP 1 2 true", "FENCE 1 2");
        assertThat(answers)
                .containsExactly(
                        "{\"result\":{\"group\":\"group-2\",\"channels\":[\"clicks\"],\"vars\":{\"A\":\"b\"},\"bytes\":7}}",
                        "{\"result\":null}",
                        "{\"result\":true}",
                        "{\"result\":\"Fenced.\"}");
    }

    @Test
    void a_refusal_is_a_sentence_and_a_fault_its_stack_trace_and_the_next_call_is_answered() {
        var answers = serve("""
                {"verb":"COMPARE","generation":1,"other":2,"rate":0,"inputs":{},"alone":false}
                {"verb":"DROP","generation":2,"other":0,"rate":0,"inputs":{},"alone":false}
                {"verb":"NONE"}
                {"verb":"FENCED","generation":1,"other":2,"rate":0,"inputs":{},"alone":false}
                """);

        assertThat(answers).hasSize(4);
        assertThat(answers.get(0)).isEqualTo("{\"refusal\":\"The database is away.\"}");
        assertThat(answers.get(1))
                .startsWith("{\"failure\":\"java.lang.IllegalStateException: this consumer has a fault");
        assertThat(answers.get(2)).startsWith("{\"failure\":");
        assertThat(answers.get(3)).isEqualTo("{\"result\":false}");
    }

    @Test
    void a_service_serves_its_port_if_that_is_its_only_argument() {
        assertThat(RebuildProtocol.isRequested("rebuild")).isTrue();
        assertThat(RebuildProtocol.isRequested()).isFalse();
        assertThat(RebuildProtocol.isRequested("rebuild", "more")).isFalse();
    }

    private List<String> serve(String calls) {
        var answers = new ByteArrayOutputStream();
        RebuildProtocol.serve(
                consumer, new ByteArrayInputStream(calls.getBytes(UTF_8)), new PrintStream(answers, true, UTF_8));
        return answers.toString(UTF_8).lines().toList();
    }
}

package millrace.console.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Map;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.call.Request;
import millrace.events.Json;
import org.junit.jupiter.api.Test;

class ReplayCallTest {
    @Test
    void the_consumers_are_those_that_take_part_in_the_generations() {
        assertThat(ReplayCall.consumers())
                .containsExactlyInAnyOrder(
                        // fork: analytics
                        "analytics",
                        // fork: end
                        "orders");
    }

    @Test
    void a_call_is_the_command_that_a_person_types() {
        assertThat(line("run", "{'consumer':'orders','rate':'500','archive':true}"))
                .isEqualTo("bin/replay run orders --until-caught-up --rate 500 --archive");
        assertThat(line("run", "{'consumer':'orders','archive':false}"))
                .isEqualTo("bin/replay run orders --until-caught-up");
        assertThat(line("compare", "{'consumer':'orders'}")).isEqualTo("bin/replay compare orders --json");
        assertThat(line("switch", "{'consumer':'orders','anyway':true}"))
                .isEqualTo("bin/replay switch orders --anyway");
        assertThat(line("drop", "{'consumer':'orders','generation':2}"))
                .isEqualTo("bin/replay drop orders --generation 2");
    }

    @Test
    void another_command_consumer_or_number_is_refused() {
        assertRefused("show", "{'consumer':'orders'}");
        assertRefused("run", "{'consumer':'--help'}");
        assertRefused("run", "{'consumer':'web'}");
        assertRefused("run", "{}");
        assertRefused("run", "{'consumer':'orders','rate':'0'}");
        assertRefused("run", "{'consumer':'orders','rate':'1;ls'}");
        assertRefused("drop", "{'consumer':'orders','generation':'-1'}");
    }

    private static void assertRefused(String verb, String body) {
        assertThatThrownBy(() -> line(verb, body)).isInstanceOf(ConsoleException.class);
    }

    private static String line(String verb, String body) {
        try {
            var json = Json.MAPPER.readTree(body.replace('\'', '"'));
            return ReplayCall.of(new Request(Access.NONE, Map.of("verb", verb), Map.of(), json))
                    .line();
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}

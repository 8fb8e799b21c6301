package millrace.console.faults;

import static org.assertj.core.api.Assertions.assertThat;

import millrace.events.Json;
import org.junit.jupiter.api.Test;

class FaultsCommandTest {
    @Test
    void a_name_that_somebody_gives_cannot_command_the_terminal() {
        var fault = Json.MAPPER
                .createObjectNode()
                .put("id", "1")
                .put("kind", "kill")
                .put("process", "orders.1")
                .put("by", "me\u001b[2J\n")
                .put("startedAt", "2026-05-14T12:00:00Z")
                .put("endedAt", "2026-05-14T12:00:01Z")
                .put("outcome", "Done.\u009b");

        assertThat(FaultsCommand.row(fault))
                .contains("me\\u001b[2J\\u000a", "Done.\\u009b")
                .hasLineCount(1);
    }
}

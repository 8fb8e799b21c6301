package millrace.console.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import millrace.console.event.EventTrace.State;
import millrace.console.event.EventTrace.Step;
import org.junit.jupiter.api.Test;

class EventReportTest {
    @Test
    void the_text_of_a_sender_cannot_command_the_terminal() {
        var table = EventReport.table(new EventTrace(
                null,
                List.of(new Step(
                        "Page views",
                        "analytics\u009b2J",
                        "row /\u001b]0;x\u0007\r\n of today",
                        State.DONE,
                        null,
                        List.of(),
                        ""))));

        assertThat(table).contains("row /\\u001b]0;x\\u0007\\u000d\\u000a of today", "analytics\\u009b2J");
    }
}

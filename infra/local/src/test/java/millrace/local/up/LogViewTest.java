package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogViewTest {
    @TempDir
    private Path folder;

    @Test
    void a_line_cannot_command_the_terminal_and_goes_through_a_pipe_as_it_is() throws IOException {
        assertThat(shown(true)).containsExactly("\033[36morders | \033[0mkey\t\\u001b[2J");
        assertThat(shown(false)).containsExactly("orders | key\t\033[2J");
    }

    private List<String> shown(boolean onTerminal) throws IOException {
        var log = Files.writeString(folder.resolve("orders.log"), "key\t\033[2J\n");
        var view = new LogView(onTerminal);
        view.add("orders", () -> new LogTail(log, 0));
        var lines = new ArrayList<String>();
        view.show(lines::add);
        return lines;
    }
}

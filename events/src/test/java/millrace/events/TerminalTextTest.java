package millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTextTest {
    @Test
    void what_commands_a_terminal_is_escaped_and_other_text_stays() {
        assertThat(TerminalText.line("\u001b[2J\u009b2J\u007f\ra\nb\tc"))
                .isEqualTo("\\u001b[2J\\u009b2J\\u007f\\u000da\\u000ab\\u0009c");
        assertThat(TerminalText.line("a\u202eb\u2028c\u2066d\u200ee")).isEqualTo("a\\u202eb\\u2028c\\u2066d\\u200ee");
        assertThat(TerminalText.line("Größe 7 € 👩‍💻 日本 \\u001b")).isEqualTo("Größe 7 € 👩‍💻 日本 \\u001b");
    }

    @Test
    void ends_of_lines_and_tabulators_stay_in_a_text_of_several_lines() {
        assertThat(TerminalText.lines("a\tb\n\u001bc\r\n")).isEqualTo("a\tb\n\\u001bc\\u000d\n");
    }
}

package millrace.analytics.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ServiceUnavailableException;
import org.junit.jupiter.api.Test;

class QueryMemoryTest {
    private final QueryMemory memory = new QueryMemory();

    @Test
    void one_question_cannot_take_the_memory() {
        var groups = new Groups<Integer>(new AnswerMemory(memory));

        assertThatThrownBy(() -> fill(groups, 1_000_000))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("shorter span");
        assertThat(groups.rows()).hasSizeBetween(50_000, 110_000);
    }

    @Test
    void many_questions_together_cannot_take_the_memory_and_give_it_back() {
        var first = new AnswerMemory(memory);
        fill(new Groups<>(first), 80_000);
        fill(new Groups<>(new AnswerMemory(memory)), 80_000);

        assertThatThrownBy(() -> fill(new Groups<>(new AnswerMemory(memory)), 80_000))
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("ask again");

        first.giveBack();
        fill(new Groups<>(new AnswerMemory(memory)), 50_000);
    }

    private static void fill(Groups<Integer> groups, int rows) {
        for (var row = 0; row < rows; row++) {
            groups.merge("/page/" + row, row, Integer::sum);
            groups.merge("/page/" + row, row, Integer::sum);
        }
    }
}

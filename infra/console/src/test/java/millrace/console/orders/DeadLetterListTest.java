package millrace.console.orders;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import millrace.console.orders.DeadLetterList.Row;
import millrace.events.Json;
import org.junit.jupiter.api.Test;

class DeadLetterListTest {
    @Test
    void parked_records_count_behind_the_first_of_their_key() {
        var rows = DeadLetterList.firsts(List.of(
                letter("1", "dead", "shop/a"),
                letter("2", "dead", "shop/b"),
                letter("3", "parked", "shop/a"),
                letter("4", "parked", "shop/a"),
                letter("5", "dead", null),
                letter("6", "dead", null)));

        assertThat(rows).extracting(row -> row.letter().path("id").asText()).containsExactly("1", "2", "5", "6");
        assertThat(rows).extracting(Row::behind).containsExactly(2, 0, 0, 0);
    }

    @Test
    void a_parked_record_is_the_first_where_the_one_before_it_waits_no_more() {
        var rows = DeadLetterList.firsts(List.of(letter("3", "parked", "shop/a"), letter("4", "parked", "shop/a")));

        assertThat(rows).singleElement().satisfies(row -> {
            assertThat(row.letter().path("id").asText()).isEqualTo("3");
            assertThat(row.behind()).isEqualTo(1);
        });
    }

    private static JsonNode letter(String id, String state, String key) {
        var letter = Json.MAPPER.createObjectNode().put("id", id).put("state", state);
        return key == null ? letter : letter.put("key", key);
    }
}

package millrace.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.GenericType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");

    record Row(Instant at, String text, Long number, Item part, List<String> tags, List<Item> parts) {}

    record Item(String id, int units) {}

    @Test
    void the_first_line_has_the_names_also_where_there_are_no_rows() throws IOException {
        assertThat(csv()).isEqualTo("at,text,number,part.id,part.units,tags,parts\r\n");
    }

    @Test
    void a_nested_record_has_its_own_columns_and_a_list_is_one_cell() throws IOException {
        var row = new Row(
                NOON, "tea", 5L, new Item("a", 2), List.of("x", "y"), List.of(new Item("b", 1), new Item("c", 3)));

        assertThat(lines(row))
                .isEqualTo(
                        "2024-05-01T12:00:00Z,tea,5,a,2,x;y,\"{\"\"id\"\":\"\"b\"\",\"\"units\"\":1};{\"\"id\"\":\"\"c\"\",\"\"units\"\":3}\"");
    }

    @Test
    void a_missing_value_is_an_empty_cell() throws IOException {
        assertThat(lines(new Row(null, null, null, null, null, null))).isEqualTo(",,,,,,");
    }

    @Test
    void a_comma_a_quote_and_a_new_line_stay_in_their_cell() throws IOException {
        assertThat(lines(text("a,b \"c\"\nd"))).isEqualTo(",\"a,b \"\"c\"\"\nd\",,,,,");
    }

    @Test
    void a_text_that_a_spreadsheet_would_run_is_marked_as_text() throws IOException {
        for (var formula : List.of("=1+1", "+1+1", "-1+1", "@sum", "\tx")) {
            assertThat(lines(text(formula))).isEqualTo(",'" + formula + ",,,,,");
        }
    }

    @Test
    void a_number_below_zero_is_no_formula() throws IOException {
        assertThat(lines(text("-4.50"))).isEqualTo(",-4.50,,,,,");
        assertThat(lines(new Row(null, null, -5L, null, null, null))).isEqualTo(",,-5,,,,");
    }

    private static Row text(String text) {
        return new Row(null, text, null, null, null, null);
    }

    private static String lines(Row row) throws IOException {
        var lines = csv(row);
        return lines.substring(lines.indexOf("\r\n") + 2, lines.length() - 2);
    }

    private static String csv(Row... rows) throws IOException {
        var out = new ByteArrayOutputStream();
        var type = new GenericType<List<Row>>() {}.getType();
        new CsvWriter().writeTo(List.of(rows), List.class, type, null, null, null, out);
        return out.toString(UTF_8);
    }
}

package millrace.analytics.query;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A column of a table of records. A record in a record has a column for each of its own fields, as {@code a.b}; what is
 * in a list is joined by semicolons, records among it as JSON.
 */
record Column(String name, JsonPointer value) {
    /** What a spreadsheet would run: a cell that begins so gets a single quote before it, which says it is text. */
    private static final Pattern FORMULA = Pattern.compile("[=+\\-@\\t\\r].*", Pattern.DOTALL);

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
    private static final Pattern QUOTED = Pattern.compile("[,\"\\r\\n]");

    static List<Column> of(Class<?> row) {
        return of(row, "", "").toList();
    }

    private static Stream<Column> of(Class<?> row, String name, String path) {
        return Arrays.stream(row.getRecordComponents()).flatMap(field -> {
            var itsName = name + field.getName();
            var itsPath = path + "/" + field.getName();
            return field.getType().isRecord()
                    ? of(field.getType(), itsName + ".", itsPath)
                    : Stream.of(new Column(itsName, JsonPointer.compile(itsPath)));
        });
    }

    /** The row's value as it stands in the file; empty where there is none. */
    String cell(JsonNode row) {
        var text = text(row.at(value));
        var safe = FORMULA.matcher(text).matches() && !NUMBER.matcher(text).matches() ? "'" + text : text;
        return QUOTED.matcher(safe).find() ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }

    private static String text(JsonNode value) {
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(Column::text)
                    .collect(Collectors.joining(";"));
        }
        return value.isObject() ? value.toString() : value.asText("");
    }
}

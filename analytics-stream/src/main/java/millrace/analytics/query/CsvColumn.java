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
 * Column of a CSV table of records. A nested record has a column for each of its fields, named {@code a.b}. The
 * elements of a list are joined by semicolons; records in it are written as JSON.
 */
record CsvColumn(String name, JsonPointer value) {
    /**
     * Text that a spreadsheet would run as a formula; it is written with a leading single quote, which marks it as
     * text.
     */
    private static final Pattern FORMULA = Pattern.compile("[=+\\-@\\t\\r].*", Pattern.DOTALL);

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
    private static final Pattern QUOTED = Pattern.compile("[,\"\\r\\n]");

    static List<CsvColumn> of(Class<?> row) {
        return of(row, "", "").toList();
    }

    private static Stream<CsvColumn> of(Class<?> row, String name, String path) {
        return Arrays.stream(row.getRecordComponents()).flatMap(field -> {
            var itsName = name + field.getName();
            var itsPath = path + "/" + field.getName();
            return field.getType().isRecord()
                    ? of(field.getType(), itsName + ".", itsPath)
                    : Stream.of(new CsvColumn(itsName, JsonPointer.compile(itsPath)));
        });
    }

    /** Returns the row's value as written to the file; empty for a missing value. */
    String cell(JsonNode row) {
        var text = text(row.at(value));
        var safe = FORMULA.matcher(text).matches() && !NUMBER.matcher(text).matches() ? "'" + text : text;
        return QUOTED.matcher(safe).find() ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }

    private static String text(JsonNode value) {
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(CsvColumn::text)
                    .collect(Collectors.joining(";"));
        }
        return value.isObject() ? value.toString() : value.asText("");
    }
}

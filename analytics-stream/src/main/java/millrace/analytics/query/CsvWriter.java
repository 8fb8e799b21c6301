package millrace.analytics.query;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import millrace.events.Json;

/**
 * Writes a list of records as CSV (RFC 4180): a line of names, then one line for each record. A nested record has a
 * column for each of its fields, named {@code a.b}. The elements of a list are joined by semicolons; records in it are
 * written as JSON. The writer is declared for Object, because JAX-RS does not find a writer of lists for a list inside a
 * response.
 */
@Provider
@Produces(CsvWriter.TYPE)
public class CsvWriter implements MessageBodyWriter<Object> {
    /** Media type of CSV answers. */
    public static final String TYPE = "text/csv";

    private static final ObjectWriter LINES = new CsvMapper()
            .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .writer(CsvSchema.emptySchema().withLineSeparator("\r\n"));

    /**
     * Text that a spreadsheet would run as a formula; it is written with a leading single quote, which marks it as
     * text.
     */
    private static final Pattern FORMULA = Pattern.compile("[=+\\-@\\t\\r].*", Pattern.DOTALL);

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

    @Override
    public boolean isWriteable(Class<?> type, Type list, Annotation[] annotations, MediaType media) {
        return List.class.isAssignableFrom(type) && row(list).isRecord();
    }

    @Override
    public void writeTo(
            Object rows,
            Class<?> type,
            Type list,
            Annotation[] annotations,
            MediaType media,
            MultivaluedMap<String, Object> headers,
            OutputStream out)
            throws IOException {
        var columns = columns(row(list), "").toList();
        var fields = columns.stream()
                .map(column -> JsonPointer.compile("/" + column.replace('.', '/')))
                .toList();
        try (var lines = LINES.writeValues(out)) {
            lines.write(columns);
            for (var row : (List<?>) rows) {
                var tree = Json.MAPPER.<JsonNode>valueToTree(row);
                lines.write(fields.stream().map(field -> cell(tree.at(field))).toList());
            }
        }
    }

    /** Returns the element type of the list, which may be inside a response. */
    private static Class<?> row(Type list) {
        var type = list;
        while (type instanceof ParameterizedType of) {
            type = of.getActualTypeArguments()[0];
        }
        return (Class<?>) type;
    }

    private static Stream<String> columns(Class<?> row, String prefix) {
        return Arrays.stream(row.getRecordComponents())
                .flatMap(field -> field.getType().isRecord()
                        ? columns(field.getType(), prefix + field.getName() + ".")
                        : Stream.of(prefix + field.getName()));
    }

    private static String cell(JsonNode value) {
        var text = text(value);
        return FORMULA.matcher(text).matches() && !NUMBER.matcher(text).matches() ? "'" + text : text;
    }

    /** Returns the text of a value; empty for a missing one. */
    private static String text(JsonNode value) {
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(CsvWriter::text)
                    .collect(Collectors.joining(";"));
        }
        return value.isObject() ? value.toString() : value.asText("");
    }
}

package millrace.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.lang.annotation.Annotation;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.stream.Collectors;
import millrace.events.Json;

/**
 * Writes a list of records as CSV (RFC 4180): a line of names, then one line for each record. It is declared for Object,
 * because JAX-RS does not find a writer of lists for a list inside a response.
 */
@Provider
@Produces(CsvWriter.TYPE)
public class CsvWriter implements MessageBodyWriter<Object> {
    /** Media type of CSV answers. */
    public static final String TYPE = "text/csv";

    private static final String END_OF_LINE = "\r\n";

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
        var columns = CsvColumn.of(row(list));
        var lines = new BufferedWriter(new OutputStreamWriter(out, UTF_8));
        lines.write(columns.stream().map(CsvColumn::name).collect(Collectors.joining(",", "", END_OF_LINE)));
        for (var row : (List<?>) rows) {
            var tree = Json.MAPPER.<JsonNode>valueToTree(row);
            lines.write(columns.stream()
                    .map(column -> column.cell(tree))
                    .collect(Collectors.joining(",", "", END_OF_LINE)));
        }
        lines.flush();
    }

    /** Returns the element type of the list, which may be inside a response. */
    private static Class<?> row(Type list) {
        var type = list;
        while (type instanceof ParameterizedType of) {
            type = of.getActualTypeArguments()[0];
        }
        return (Class<?>) type;
    }
}

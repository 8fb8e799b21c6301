package millrace.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the rows of a CSV file. The first row names the columns; its delimiter is one of {@value #DELIMITERS}; a line
 * {@code sep=;} before it is skipped. A quoted field may span {@value #MAX_LINES} lines; an unclosed quote makes only
 * its own line unreadable.
 */
final class CsvReader implements AutoCloseable {
    private static final String DELIMITERS = ",;\t|";
    private static final int MAX_LINES = 10;
    private static final CsvMapper CSV = new CsvMapper();

    private final TextFileReader lines;
    private final Deque<TextFileReader.Line> pushedBack = new ArrayDeque<>();
    private final List<String> header;
    private final char delimiter;
    private final ObjectReader reader;

    /**
     * One row.
     *
     * @param line number of its first line
     * @param fields one for each column; empty if the row is unreadable
     * @param fault reason why the row is unreadable, a clause; empty if it is readable
     * @param text its first line
     */
    record Row(long line, List<String> fields, String fault, String text) {
        boolean isReadable() {
            return fault.isEmpty();
        }
    }

    /** Closed by {@link #close}. */
    CsvReader(Path file) throws IOException {
        lines = new TextFileReader(file);
        try {
            var first = nextLine();
            if (first.isPresent() && first.get().text().matches("(?i)sep=.")) {
                first = nextLine();
            }
            var text = first.map(TextFileReader.Line::text).orElse("");
            delimiter = delimiter(text);
            reader = reader(delimiter);
            header = parsed(text, reader).orElse(List.of(text));
        } catch (IOException | RuntimeException e) {
            lines.close();
            throw e;
        }
    }

    /** Returns the names of the columns. */
    List<String> header() {
        return header;
    }

    char delimiter() {
        return delimiter;
    }

    /** Returns the next row that is not blank; empty at the end of the file. */
    Optional<Row> next() throws IOException {
        for (var line = nextLine(); line.isPresent(); line = nextLine()) {
            var row = line.get().isTooLong() ? unreadable(line.get(), TextFileReader.Line.TOO_LONG) : row(line.get());
            if (!row.isReadable() || !row.fields().stream().allMatch(String::isBlank)) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns one field of an unreadable row; empty if an earlier field is quoted, because its position is then
     * unknown.
     */
    Optional<String> fieldOf(Row row, int column) {
        var fields = row.text().split(Pattern.quote("" + delimiter), column + 2);
        for (var i = 0; i < Math.min(column, fields.length); i++) {
            if (fields[i].contains("\"")) {
                return Optional.empty();
            }
        }
        return fields.length > column
                ? Optional.of(fields[column].replaceAll("^\\s*\"|\"\\s*$", "").strip())
                : Optional.empty();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    /**
     * Parses a row that begins at this line; up to {@value #MAX_LINES} further lines are joined if a quoted field is
     * open.
     */
    private Row row(TextFileReader.Line first) throws IOException {
        var continuation = new ArrayList<TextFileReader.Line>();
        var text = new StringBuilder(first.text());
        var fault = "is not a CSV row";
        for (var row = parsed(first.text(), reader); ; row = parsed(text.toString(), reader)) {
            if (row.isPresent()) {
                var fields = withoutBlankTail(row.get());
                if (fields.size() == header.size() || fields.stream().allMatch(String::isBlank)) {
                    return new Row(first.number(), fields, "", first.text());
                }
                fault = continuation.isEmpty()
                        ? "has %d fields, not %d".formatted(fields.size(), header.size())
                        : fault;
                break;
            }
            var line = continuation.size() < MAX_LINES ? nextLine() : Optional.<TextFileReader.Line>empty();
            if (line.isEmpty()) {
                break;
            }
            continuation.add(line.get());
            text.append('\n').append(line.get().text());
        }
        continuation.reversed().forEach(pushedBack::addFirst);
        return unreadable(first, fault);
    }

    /** Drops blank fields after the last column. */
    private List<String> withoutBlankTail(List<String> fields) {
        var rest = fields.subList(Math.min(header.size(), fields.size()), fields.size());
        return rest.stream().allMatch(String::isBlank) ? fields.subList(0, fields.size() - rest.size()) : fields;
    }

    private static Row unreadable(TextFileReader.Line line, String fault) {
        return new Row(line.number(), List.of(), fault, line.text());
    }

    private Optional<TextFileReader.Line> nextLine() throws IOException {
        return pushedBack.isEmpty() ? lines.next() : Optional.of(pushedBack.removeFirst());
    }

    /** Returns the delimiter that yields the most columns. */
    private static char delimiter(String header) {
        var best = DELIMITERS.charAt(0);
        for (var candidate : DELIMITERS.toCharArray()) {
            best = columns(header, candidate) > columns(header, best) ? candidate : best;
        }
        return best;
    }

    private static int columns(String header, char delimiter) {
        return parsed(header, reader(delimiter)).map(List::size).orElse(0);
    }

    private static ObjectReader reader(char delimiter) {
        return CSV.readerForArrayOf(String.class).with(CsvSchema.emptySchema().withColumnSeparator(delimiter));
    }

    private static Optional<List<String>> parsed(String text, ObjectReader reader) {
        try {
            String[] fields = text.isEmpty() ? new String[0] : reader.readValue(text);
            return Optional.of(List.of(fields));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}

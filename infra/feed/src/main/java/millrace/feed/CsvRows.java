package millrace.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Rows of a CSV file, one after the other. A quoted field may run over lines; a quote that is never closed costs its own
 * line and not the rest of the file.
 */
final class CsvRows implements AutoCloseable {
    /** No sensible field runs over more lines. */
    private static final int MOST_LINES = 10;

    private static final ObjectReader CSV = new CsvMapper().readerForArrayOf(String.class);

    private final Path file;
    private final Report report;
    private final BufferedReader lines;
    private final Deque<String> givenBack = new ArrayDeque<>();
    private long lastLine;
    private long rowLine;

    /** Closed by {@link #close}. */
    CsvRows(Path file, Report report) throws IOException {
        this.file = file;
        this.report = report;
        lines = Text.open(file);
    }

    /** The next row that can be read; empty at the end of the file. */
    Optional<List<String>> next() throws IOException {
        for (var text = nextLine(); text != null; text = nextLine()) {
            rowLine = lastLine;
            var row = text.isBlank() ? Optional.<List<String>>empty() : row(text);
            if (row.isPresent()) {
                return row;
            }
            if (!text.isBlank()) {
                unreadable("is no row of CSV");
            }
        }
        return Optional.empty();
    }

    /** Counts the row that came last as unreadable. */
    void unreadable(String why) {
        report.unreadable(file, rowLine, why);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    /** A row that does not end with its line may end with one of the next. */
    private Optional<List<String>> row(String start) throws IOException {
        var taken = new ArrayList<String>();
        var text = start;
        while (taken.size() < MOST_LINES) {
            var row = parsed(text);
            if (row.isPresent()) {
                return row;
            }
            var line = nextLine();
            if (line == null) {
                break;
            }
            taken.add(line);
            text += "\n" + line;
        }
        giveBack(taken);
        return Optional.empty();
    }

    private static Optional<List<String>> parsed(String text) {
        try {
            String[] fields = CSV.readValue(text);
            return Optional.of(List.of(fields));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private String nextLine() throws IOException {
        var line = givenBack.isEmpty() ? lines.readLine() : givenBack.removeFirst();
        if (line != null) {
            lastLine++;
        }
        return line == null ? null : Text.decoded(line);
    }

    private void giveBack(List<String> taken) {
        taken.reversed().forEach(givenBack::addFirst);
        lastLine -= taken.size();
    }
}

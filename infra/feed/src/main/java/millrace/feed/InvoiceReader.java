package millrace.feed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the invoices of several files; the lines of one invoice may be spread over them. It holds all of them in
 * memory, at most {@value #MAX_LINES} lines and {@value #MAX_CHARS} characters of distinct texts; beyond either limit
 * the feed stops before it sends anything. An invoice with an unreadable line is skipped as a whole and reported.
 */
final class InvoiceReader {
    static final int MAX_LINES = 1_250_000;

    private static final int MAX_CHARS = 20_000_000;

    private static final String NOT_SENT = "Invoices not sent";
    private static final String BAD_DEBT = "Adjustments of bad debt, which are no orders, not sent";

    /** Accepted difference between the clocks of two machines. */
    private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(1);

    private final Map<String, List<InvoiceLine>> lines = new LinkedHashMap<>();

    /** Reasons why invoices are skipped, by invoice number. */
    private final Map<String, String> leftOut = new HashMap<>();

    private final ValueInterner values = new ValueInterner();
    private final Instant now = Instant.now();
    private final FeedReport report;
    private int lineCount;

    private InvoiceReader(FeedReport report) {
        this.report = report;
    }

    /**
     * Returns every invoice that has only readable lines, ordered by time.
     *
     * @param dates empty to detect the order from each file
     * @param zone zone of dates that state none
     * @throws FeedException if a file cannot be read to its end, or a limit is exceeded
     */
    static List<Invoice> read(List<Path> files, Optional<DateOrder> dates, ZoneId zone, FeedReport report) {
        var invoices = new InvoiceReader(report);
        var formats = new LinkedHashMap<Path, InvoiceFormat>();
        for (var file : files) {
            if (!Files.isRegularFile(file)) {
                throw new FeedException(
                        file + " is no regular file: invoices are read twice, which a pipe does not allow.");
            }
        }
        for (var file : files) {
            formats.put(file, withFile(file, () -> InvoiceFormat.of(file, dates, zone)));
        }
        for (var file : formats.entrySet()) {
            withFile(file.getKey(), () -> invoices.read(file.getKey(), file.getValue()));
        }
        return invoices.complete();
    }

    /** Runs a task on a file; the feed stops if the file cannot be read to its end. */
    private static <T> T withFile(Path file, FileTask<T> withFile) {
        try {
            return withFile.read();
        } catch (IOException e) {
            throw new FeedException(file + " cannot be read to its end: " + e.getMessage() + ". Nothing was sent.", e);
        }
    }

    /** Task that reads a file. */
    private interface FileTask<T> {
        T read() throws IOException;
    }

    /** Reads all rows of a file and returns their number. */
    private long read(Path file, InvoiceFormat format) throws IOException {
        try (var rows = new CsvReader(file)) {
            var column = format.columns().get("InvoiceNo");
            var count = 0L;
            var before = Optional.<String>empty();
            var stray = Optional.<String>empty(); // the previous line, if its invoice number is unreadable
            for (var row = rows.next(); row.isPresent(); row = rows.next()) {
                report.read(file);
                var number = number(rows, row.get(), column);
                var where = file.getFileName() + " line " + row.get().line();
                if (number.isEmpty()) {
                    stray = Optional.of(where + " cannot be read and may belong to it");
                    before.ifPresent(leaveOut(stray.get()));
                } else {
                    stray.ifPresent(why -> leaveOut(why).accept(number.get()));
                    stray = Optional.empty();
                    before = number;
                }
                add(row.get(), format, file, number, where);
                count++;
            }
            return count;
        }
    }

    private void add(CsvReader.Row row, InvoiceFormat format, Path file, Optional<String> number, String where) {
        try {
            if (!row.isReadable()) {
                throw new IllegalArgumentException(row.fault());
            }
            var line = line(row, format);
            if (line.date().isAfter(now.plus(MAX_CLOCK_SKEW))) {
                throw new IllegalArgumentException("is dated " + line.date() + ", after it was read");
            }
            if (++lineCount > MAX_LINES || values.chars() > MAX_CHARS) {
                throw new FeedException(
                        "These are more than %,d lines of invoices, or more than %,d characters of different texts: give fewer files at once. Nothing was sent."
                                .formatted(MAX_LINES, MAX_CHARS));
            }
            lines.computeIfAbsent(line.invoice(), invoice -> new ArrayList<>(2)).add(line.interned(values));
        } catch (IllegalArgumentException e) {
            report.unreadable(file, row.line(), e.getMessage());
            number.ifPresent(leaveOut(where + " cannot be read"));
        }
    }

    private static InvoiceLine line(CsvReader.Row row, InvoiceFormat format) {
        try {
            return InvoiceLine.of(row.fields(), format);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot be read: " + e.getMessage(), e);
        }
    }

    private Consumer<String> leaveOut(String why) {
        return number -> leftOut.putIfAbsent(number, why);
    }

    /** Returns the number of the invoice of a row, readable or not; empty if it cannot be determined. */
    private static Optional<String> number(CsvReader rows, CsvReader.Row row, int column) {
        var text = row.isReadable() ? Optional.of(row.fields().get(column).strip()) : rows.fieldOf(row, column);
        return text.filter(InvoiceLine::isInvoiceNumber).map(number -> number.toUpperCase(Locale.ROOT));
    }

    private List<Invoice> complete() {
        var whole = new ArrayList<Invoice>();
        for (var entry : lines.entrySet()) {
            var invoice = new Invoice(entry.getValue());
            invoice.contradiction().ifPresent(leaveOutOf(invoice));
            if (invoice.isBadDebt() && !leftOut.containsKey(invoice.number())) {
                report.leftOut(
                        BAD_DEBT,
                        "invoice %s of %s: %s"
                                .formatted(
                                        invoice.number(),
                                        invoice.time(),
                                        invoice.total().toPlainString()));
            } else if (!leftOut.containsKey(invoice.number())) {
                whole.add(invoice);
            }
        }
        leftOut.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(
                        invoice -> report.leftOut(NOT_SENT, "invoice " + invoice.getKey() + ": " + invoice.getValue()));
        lines.clear();
        whole.sort(Invoice.BY_TIME);
        return whole;
    }

    private Consumer<String> leaveOutOf(Invoice invoice) {
        return why -> leaveOut(why).accept(invoice.number());
    }
}

package millrace.feed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The invoices of several files together: a transaction may be spread over them. All of them are held in memory. */
final class Invoices {
    private final Map<String, List<InvoiceLine>> lines = new LinkedHashMap<>();
    private final Pool values = new Pool();
    private final Report report;

    private Invoices(Report report) {
        this.report = report;
    }

    /** Every invoice of the files as time went by; rows that cannot be read are counted and left out. */
    static List<Invoice> read(List<Path> files, Report report) throws IOException {
        var invoices = new Invoices(report);
        for (var file : files) {
            invoices.read(file);
        }
        return invoices.lines.values().stream()
                .map(Invoice::new)
                .sorted(Invoice.BY_TIME)
                .toList();
    }

    private void read(Path file) throws IOException {
        try (var rows = new CsvRows(file, report)) {
            var header = header(file, rows.next().orElse(List.of()));
            for (var row = rows.next(); row.isPresent(); row = rows.next()) {
                report.read();
                keep(row.get(), header, rows);
            }
        }
    }

    private void keep(List<String> row, List<String> header, CsvRows rows) {
        if (row.size() != header.size()) {
            rows.unreadable("has %d fields, not %d".formatted(row.size(), header.size()));
            return;
        }
        try {
            var line = InvoiceLine.of(
                    column -> row.get(header.indexOf(lower(column))).strip());
            lines.computeIfAbsent(line.invoice(), number -> new ArrayList<>()).add(line.madeOf(values));
        } catch (IllegalArgumentException e) {
            rows.unreadable("cannot be read: " + e.getMessage());
        }
    }

    /** Names of the columns in lower case. */
    private static List<String> header(Path file, List<String> row) {
        var header = row.stream().map(Invoices::lower).toList();
        var missing = InvoiceLine.COLUMNS.stream()
                .filter(column -> !header.contains(lower(column)))
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new CannotFeed("%s has no column %s: the Online Retail layout has %s."
                    .formatted(file, missing, String.join(", ", InvoiceLine.COLUMNS)));
        }
        return header;
    }

    private static String lower(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }
}

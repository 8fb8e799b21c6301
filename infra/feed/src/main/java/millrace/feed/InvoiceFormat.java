package millrace.feed;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Format of columns, dates and amounts in one file. It is detected from all rows of the file before any row is used,
 * because a single row can be ambiguous.
 *
 * @param columns position of each column of {@link InvoiceLine}
 */
record InvoiceFormat(Map<String, Integer> columns, DateOrder dates, boolean hasDecimalComma, ZoneId zone) {
    /** Column names of the data set's first edition, each with its lower-case names in both editions. */
    private static final Map<String, List<String>> NAMES = Map.of(
            "InvoiceNo", List.of("invoiceno", "invoice"),
            "StockCode", List.of("stockcode"),
            "Description", List.of("description"),
            "Quantity", List.of("quantity"),
            "InvoiceDate", List.of("invoicedate"),
            "UnitPrice", List.of("unitprice", "price"),
            "CustomerID", List.of("customerid"),
            "Country", List.of("country"));

    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,15}(?:\\.\\d{1,20})?");

    /** @param dates empty to detect the order from the file */
    static InvoiceFormat of(Path file, Optional<DateOrder> dates, ZoneId zone) throws IOException {
        try (var rows = new CsvReader(file)) {
            var columns = columns(file, rows.header());
            var evidence = new Evidence(file);
            for (var row = rows.next(); row.isPresent(); row = rows.next()) {
                if (row.get().isReadable()) {
                    evidence.add(
                            row.get().line(),
                            row.get().fields().get(columns.get("InvoiceDate")).strip(),
                            row.get().fields().get(columns.get("UnitPrice")).strip());
                }
            }
            var hasDecimalComma = rows.delimiter() != ',' && evidence.hasDecimalComma();
            return new InvoiceFormat(columns, dates.orElseGet(evidence::dates), hasDecimalComma, zone);
        }
    }

    String text(List<String> row, String column) {
        return row.get(columns.get(column)).strip();
    }

    Instant date(String text) {
        return dates.read(text, zone);
    }

    /** Parses an amount. It does not accept thousands separators, which cannot be told from decimal separators. */
    BigDecimal number(String text) {
        if (hasDecimalComma && text.contains(".")) {
            throw new NumberFormatException(text);
        }
        var number = hasDecimalComma ? text.replace(',', '.') : text;
        if (!NUMBER.matcher(number).matches()) {
            throw new NumberFormatException(text);
        }
        return new BigDecimal(number);
    }

    private static Map<String, Integer> columns(Path file, List<String> header) {
        var names = header.stream()
                .map(name -> name.toLowerCase(Locale.ROOT).replaceAll("[\\s_]", ""))
                .toList();
        var columns = new TreeMap<String, Integer>();
        var missing = new ArrayList<String>();
        for (var column : InvoiceLine.COLUMNS) {
            var found = names.stream().filter(NAMES.get(column)::contains).toList();
            if (found.size() > 1) {
                throw new FeedException("%s has more than one column %s.".formatted(file, column));
            }
            if (found.isEmpty()) {
                missing.add(column);
            } else {
                columns.put(column, names.indexOf(found.getFirst()));
            }
        }
        if (!missing.isEmpty()) {
            throw new FeedException("%s has no column %s: the Online Retail layout has %s."
                    .formatted(file, String.join(", ", missing), String.join(", ", InvoiceLine.COLUMNS)));
        }
        return columns;
    }

    /** Numbers of the first lines that are unambiguous; 0 if there is none. */
    private static final class Evidence {
        private final Path file;
        private long dayFirst;
        private long monthFirst;
        private long ambiguous;
        private String ambiguousDate = "";
        private long comma;
        private long point;

        Evidence(Path file) {
            this.file = file;
        }

        void add(long line, String date, String price) {
            switch (DateOrder.interpretation(date)) {
                case DAY_FIRST_ONLY -> dayFirst = first(dayFirst, line);
                case MONTH_FIRST_ONLY -> monthFirst = first(monthFirst, line);
                case AMBIGUOUS -> {
                    ambiguousDate = ambiguous == 0 ? date : ambiguousDate;
                    ambiguous = first(ambiguous, line);
                }
                case CERTAIN, NONE -> {
                    // no evidence of the order
                }
            }
            if (price.contains(",") != price.contains(".")) {
                comma = price.contains(",") ? first(comma, line) : comma;
                point = price.contains(".") ? first(point, line) : point;
            }
        }

        DateOrder dates() {
            if (dayFirst > 0 && monthFirst > 0) {
                throw new FeedException(
                        "%s has dates of two kinds: the one in line %d is day first, the one in line %d month first. Nothing was sent: give --dates day-first or --dates month-first."
                                .formatted(file, dayFirst, monthFirst));
            }
            if (ambiguous > 0 && dayFirst == 0 && monthFirst == 0) {
                throw new FeedException(
                        "%s does not show whether its dates are day first or month first: \"%s\" in line %d may be both, and so may all others. Nothing was sent: give --dates day-first or --dates month-first."
                                .formatted(file, ambiguousDate, ambiguous));
            }
            return dayFirst > 0 ? DateOrder.DAY_FIRST : DateOrder.MONTH_FIRST;
        }

        boolean hasDecimalComma() {
            if (comma > 0 && point > 0) {
                throw new FeedException(
                        "%s has amounts of two kinds: with a decimal comma in line %d and with a decimal point in line %d. Nothing was sent."
                                .formatted(file, comma, point));
            }
            return comma > 0;
        }

        private static long first(long known, long line) {
            return known > 0 ? known : line;
        }
    }
}

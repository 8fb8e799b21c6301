package millrace.feed;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One row of the Online Retail layout.
 *
 * @param invoice digits for an order, {@code C} and digits for a refund
 * @param quantity units; negative on refunds and stock corrections
 * @param price of one unit
 * @param customer empty for a guest
 */
record InvoiceLine(
        String invoice,
        String product,
        String name,
        long quantity,
        Instant date,
        BigDecimal price,
        String customer,
        String country) {
    static final List<String> COLUMNS = List.of(
            "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country");

    /** As the data set's copies write it: ISO, or month first. */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("[uuuu-MM-dd HH:mm[:ss]][M/d/uuuu H:mm]")
            .withResolverStyle(ResolverStyle.STRICT);

    /** @throws IllegalArgumentException naming the field that is not what it has to be */
    static InvoiceLine of(UnaryOperator<String> column) {
        return new InvoiceLine(
                field(column, "InvoiceNo", "an invoice number", InvoiceLine::invoiceNumber),
                column.apply("StockCode"),
                column.apply("Description"),
                field(column, "Quantity", "a whole number", text -> new BigDecimal(text).longValueExact()),
                field(
                        column,
                        "InvoiceDate",
                        "a date and time",
                        text -> LocalDateTime.parse(text, DATE).toInstant(ZoneOffset.UTC)),
                field(column, "UnitPrice", "an amount", BigDecimal::new),
                column.apply("CustomerID").replaceFirst("\\.0$", ""),
                column.apply("Country"));
    }

    /** The same line, made of values that other lines are made of too: a year of invoices has few different ones. */
    InvoiceLine madeOf(Pool pool) {
        return new InvoiceLine(
                pool.one(invoice),
                pool.one(product),
                pool.one(name),
                quantity,
                pool.one(date),
                pool.one(price),
                pool.one(customer),
                pool.one(country));
    }

    boolean isRefund() {
        return invoice.startsWith("C");
    }

    BigDecimal amount() {
        return price.multiply(BigDecimal.valueOf(quantity));
    }

    /** The same for the same row in any file. */
    String fingerprint() {
        return Ids.of(invoice, product, name, quantity, date, price, customer, country);
    }

    private static String invoiceNumber(String text) {
        if (!text.matches("C?\\d+")) {
            throw new NumberFormatException(text);
        }
        return text;
    }

    private static <T> T field(UnaryOperator<String> column, String name, String expected, Parser<T> parser) {
        var text = column.apply(name);
        try {
            return parser.parse(text);
        } catch (ArithmeticException | NumberFormatException | DateTimeException e) {
            throw new IllegalArgumentException("%s \"%s\" is not %s".formatted(name, text, expected), e);
        }
    }

    /** What may fail on a text that somebody typed. */
    private interface Parser<T> {
        T parse(String text);
    }
}

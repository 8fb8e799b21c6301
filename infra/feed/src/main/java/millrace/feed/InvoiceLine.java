package millrace.feed;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One row of the Online Retail layout.
 *
 * @param invoice digits for an order; {@code C} and digits for a refund, {@code A} and digits for an adjustment of bad
 *     debt
 * @param quantity units; negative on refunds and stock corrections
 * @param price price of one unit, without trailing zeros
 * @param customer empty for a guest
 * @param country empty if absent
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

    private static final Pattern NUMBER = Pattern.compile("[CAca]?\\d{1,20}");

    /** Texts that programs write for a missing value. */
    private static final Set<String> NULL_TEXTS =
            Set.of("", "null", "na", "n/a", "#n/a", "nan", "none", "<na>", "nil", "-");

    /** @throws IllegalArgumentException if a field is invalid; the message names it */
    static InvoiceLine of(List<String> row, InvoiceFormat format) {
        var product = format.text(row, "StockCode");
        if (product.isEmpty()) {
            throw new IllegalArgumentException("StockCode is empty");
        }
        return new InvoiceLine(
                field(row, format, "InvoiceNo", "an invoice number", InvoiceLine::invoiceNumber),
                product,
                format.text(row, "Description"),
                field(
                        row,
                        format,
                        "Quantity",
                        "a whole number",
                        text -> format.number(text).longValueExact()),
                field(row, format, "InvoiceDate", "a date and time", format::date),
                field(row, format, "UnitPrice", "an amount", text -> plain(format.number(text))),
                valueOrEmpty(format.text(row, "CustomerID")).replaceFirst("(?<=\\d)[.,]0+$", ""),
                valueOrEmpty(format.text(row, "Country")));
    }

    /** Returns an equal line that shares its values with other lines: a year of invoices has few distinct values. */
    InvoiceLine interned(ValueInterner interner) {
        return new InvoiceLine(
                interner.intern(invoice),
                interner.intern(product),
                interner.intern(name),
                quantity,
                interner.intern(date),
                interner.intern(price),
                interner.intern(customer),
                interner.intern(country));
    }

    static boolean isInvoiceNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    boolean isRefund() {
        return invoice.startsWith("C");
    }

    boolean isBadDebt() {
        return invoice.startsWith("A");
    }

    BigDecimal amount() {
        return price.multiply(BigDecimal.valueOf(quantity));
    }

    /** Returns an id of the row that does not depend on its file. */
    String fingerprint() {
        return DeterministicIds.of(invoice, product, name, quantity, date, price, customer, country);
    }

    private static BigDecimal plain(BigDecimal number) {
        var stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    private static String valueOrEmpty(String text) {
        return NULL_TEXTS.contains(text.toLowerCase(Locale.ROOT)) ? "" : text;
    }

    private static String invoiceNumber(String text) {
        if (!isInvoiceNumber(text)) {
            throw new NumberFormatException(text);
        }
        return text.toUpperCase(Locale.ROOT);
    }

    private static <T> T field(List<String> row, InvoiceFormat format, String name, String expected, Parser<T> parser) {
        var text = format.text(row, name);
        try {
            return parser.parse(text);
        } catch (ArithmeticException | NumberFormatException | DateTimeException e) {
            throw new IllegalArgumentException("%s \"%s\" is not %s".formatted(name, text, expected), e);
        }
    }

    /** Parses a text; throws one of the exceptions that {@code field} catches if it is invalid. */
    private interface Parser<T> {
        T parse(String text);
    }
}

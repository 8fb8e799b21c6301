package millrace.orders.domain;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Map;
import java.util.stream.Collectors;

/** Converts amounts without loss: minor units on the wire, major units in the database and over HTTP. */
public final class Money {
    /** Code of ISO 4217 for "no currency": the currency of an order whose own cannot be read. */
    static final String NO_CURRENCY = "XXX";

    /**
     * Digits after the decimal point of each currency of ISO 4217; metals, funds and test codes are left out, because
     * they are no means of payment.
     */
    private static final Map<String, Integer> DIGITS = Currency.getAvailableCurrencies().stream()
            .filter(currency -> currency.getDefaultFractionDigits() >= 0)
            .collect(Collectors.toUnmodifiableMap(Currency::getCurrencyCode, Currency::getDefaultFractionDigits));

    private Money() {}

    public static boolean isCurrency(String code) {
        return code != null && DIGITS.containsKey(code);
    }

    /** Converts minor to major units: 1050 of GBP is 10.50. */
    public static BigDecimal major(long minor, String currency) {
        return BigDecimal.valueOf(minor, digits(currency));
    }

    /** Converts major to minor units; inverse of {@link #major}. */
    public static long minor(BigDecimal major, String currency) {
        return major.movePointRight(digits(currency)).longValueExact();
    }

    /** Formats an amount for sentences: {@code "10.50 GBP"}. */
    static String text(long minor, String currency) {
        return major(minor, currency).toPlainString() + " " + ReasonList.quoted(currency);
    }

    private static int digits(String currency) {
        return currency == null ? 0 : DIGITS.getOrDefault(currency, 0);
    }
}

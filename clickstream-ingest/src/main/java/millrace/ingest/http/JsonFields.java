package millrace.ingest.http;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the fields of a JSON object and collects every fault with its path, so that one response can name them all. A
 * field that is empty or faulty reads as a missing one.
 */
public final class JsonFields {
    private static final ObjectReader JSON = new ObjectMapper(Limits.JSON)
            .reader()
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,14}([.][0-9]{1,14})?");

    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,9}");

    /** Error of floating-point arithmetic that is rounded away, as a fraction of a minor unit. */
    private static final BigDecimal NOISE = new BigDecimal("0.000001");

    private static final Map<String, Currency> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .filter(currency -> currency.getDefaultFractionDigits() >= 0)
            .collect(toMap(Currency::getCurrencyCode, currency -> currency));

    /** Replaces an unknown currency, so that amounts are checked all the same; no currency has more decimals. */
    private static final Currency UNKNOWN = CURRENCIES.get("CLF");

    private final JsonNode json;
    private final String path;
    private final List<String> faults;

    /**
     * @param path prefix of each field's name in a fault
     * @param faults receives the faults
     */
    public JsonFields(JsonNode json, String path, List<String> faults) {
        this.json = json;
        this.path = path;
        this.faults = faults;
    }

    /** Parses a part of a body; {@code null} has no fields. */
    public static JsonFields of(Slice part, String path, List<String> faults) {
        try {
            return new JsonFields(part == null ? MissingNode.getInstance() : json(part), path + ".", faults);
        } catch (JsonProcessingException e) {
            faults.add(path + " has a number that is too large");
            return new JsonFields(MissingNode.getInstance(), path + ".", faults);
        }
    }

    /** Parses JSON, and keeps decimals as they are written. */
    public static JsonNode json(Slice part) throws JsonProcessingException {
        try {
            return JSON.readTree(part.body(), part.from(), part.length());
        } catch (NumberFormatException e) {
            throw new StreamConstraintsException("A number is too large");
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory cannot be read", e);
        }
    }

    /** Adds a fault for each missing field. */
    public void require(String... names) {
        for (var name : names) {
            if (!has(name)) {
                fault(name, "is required");
            }
        }
    }

    public boolean has(String name) {
        var value = json.path(name);
        return !value.isMissingNode()
                && !value.isNull()
                && !(value.isTextual() && value.textValue().isEmpty());
    }

    /** Returns a text; {@code null} where it is missing. */
    public String text(String name, int maxLength) {
        if (has(name) && !json.get(name).isTextual()) {
            fault(name, "must be text");
        }
        var text = has(name) ? json.get(name).textValue() : null;
        InputText.check(path + name, text, maxLength, faults);
        return text;
    }

    /** Returns a text, or the decimal text of a number; {@code null} where it is missing. */
    public String id(String name, int maxLength) {
        if (!has(name) || !json.get(name).isNumber()) {
            return text(name, maxLength);
        }
        var id = InputText.decimal(json.get(name).decimalValue(), maxLength);
        if (id == null) {
            fault(name, "must have at most " + maxLength + " characters");
        }
        return id;
    }

    /**
     * Returns a display text: cut to its longest, with blanks in place of control characters; {@code null} where it is
     * missing, or neither a text nor a number.
     */
    public String label(String name, int maxLength) {
        var value = json.path(name);
        return has(name) && (value.isTextual() || value.isNumber())
                ? InputText.label(value.isTextual() ? value.textValue() : value.asText(), maxLength)
                : null;
    }

    /** Returns a boolean; false where it is missing. */
    public boolean flag(String name) {
        if (has(name) && !json.get(name).isBoolean()) {
            fault(name, "must be true or false");
        }
        return json.path(name).asBoolean();
    }

    /** Returns a whole number of at most 9 digits; 0 where it is missing. */
    public long whole(String name) {
        var number = has(name) && json.get(name).isNumber() ? json.get(name).decimalValue() : null;
        var isWhole = number != null && number.stripTrailingZeros().scale() <= 0 && digits(number) <= 9;
        if (has(name) && !isWhole) {
            fault(name, "must be a whole number of at most 9 digits");
        }
        return isWhole ? number.longValueExact() : 0;
    }

    /** Returns a whole number, also where it is written as text; {@code otherwise} where it is missing. */
    public long whole(String name, long otherwise) {
        var value = json.path(name);
        if (value.isTextual() && WHOLE.matcher(value.textValue()).matches()) {
            return Long.parseLong(value.textValue());
        }
        return has(name) ? whole(name) : otherwise;
    }

    /** Returns the currency of a code in either case; {@code otherwise} where it is missing. */
    public Currency currency(String name, Currency otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        var code = json.get(name).asText().strip().toUpperCase(Locale.ROOT);
        return CURRENCIES.containsKey(code) ? CURRENCIES.get(code) : currency(name);
    }

    /** Returns the currency of an ISO 4217 code; empty where none has it, or it has no minor unit. */
    public static Optional<Currency> currencyOf(String code) {
        return Optional.ofNullable(CURRENCIES.get(code));
    }

    public Currency currency(String name) {
        var currency = has(name) ? CURRENCIES.get(json.get(name).asText()) : UNKNOWN;
        if (currency == null) {
            fault(name, "must be a currency's ISO 4217 code, for example GBP");
        }
        return currency == null ? UNKNOWN : currency;
    }

    /**
     * Returns an amount in the currency's minor unit, from a number or a decimal text; 0 where it is missing. A number
     * that floating-point arithmetic has left less than a millionth of a minor unit beside a whole one is rounded to
     * it; a text is taken as it is written.
     */
    public long minor(String name, Currency currency) {
        var amount = amount(name, currency);
        var whole = whole(amount);
        var rest = amount.subtract(whole).abs();
        if (rest.signum() > 0 && (json.path(name).isTextual() || rest.compareTo(NOISE) >= 0)) {
            fault(name, "has more decimals than " + currency + ", which has " + currency.getDefaultFractionDigits());
            return 0;
        }
        return whole.longValueExact();
    }

    /**
     * Returns an amount like {@link #minor}, but rounds one that has more decimals than the currency; {@code null}
     * where it is missing.
     */
    public Long rounded(String name, Currency currency) {
        return has(name) ? (Long) whole(amount(name, currency)).longValueExact() : null;
    }

    private static BigDecimal whole(BigDecimal amount) {
        return amount.setScale(0, RoundingMode.HALF_UP);
    }

    /** Returns true where this is a JSON object with at least one field. */
    public boolean hasFields() {
        return json.isObject() && !json.isEmpty();
    }

    /**
     * Returns the objects of an array; empty where it is missing. An empty array among them is an object without
     * fields, as PHP writes it.
     */
    public List<JsonFields> objects(String name, int max) {
        var array = json.path(name);
        var objects = new ArrayList<JsonFields>();
        if (has(name) && !array.isArray()) {
            fault(name, "must be an array");
        } else if (array.size() > max) {
            fault(name, "must have at most " + max + " entries");
        } else {
            for (int i = 0; i < array.size(); i++) {
                objects.add(object(array.get(i), name + "[" + i + "]"));
            }
        }
        return objects;
    }

    private JsonFields object(JsonNode value, String name) {
        var isEmptyArray = value.isArray() && value.isEmpty();
        if (!value.isObject() && !isEmptyArray) {
            fault(name, "must be a JSON object");
        }
        return new JsonFields(value, path + name + ".", faults);
    }

    /** Returns the exact amount in the currency's minor unit. */
    private BigDecimal amount(String name, Currency currency) {
        var value = json.path(name);
        var isDecimal = value.isNumber()
                || value.isTextual() && DECIMAL.matcher(value.textValue()).matches();
        var amount = isDecimal
                ? (value.isNumber() ? value.decimalValue() : new BigDecimal(value.textValue()))
                : BigDecimal.ZERO;
        if (has(name) && !isDecimal || digits(amount) > 14) {
            fault(name, "must be a decimal of at most 14 digits before the point");
            return BigDecimal.ZERO;
        }
        // A number far below any minor unit may have billions of decimals.
        return digits(amount) < -14 ? BigDecimal.ZERO : amount.movePointRight(currency.getDefaultFractionDigits());
    }

    /** Returns the number of digits before the point; negative for a fraction with zeros behind the point. */
    private static long digits(BigDecimal number) {
        return number.signum() == 0 ? 0 : (long) number.precision() - number.scale();
    }

    /** Adds a fault of a field. */
    public void fault(String name, String what) {
        faults.add(path + name + " " + what);
    }
}

package millrace.ingest.form;

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
 * A JSON object that someone filled in, read field by field. Every fault is noted with its place, so that one answer can
 * name them all; a field that is empty or faulty reads as one that was left out.
 */
public final class JsonFields {
    private static final ObjectReader JSON = new ObjectMapper(Limits.JSON)
            .reader()
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,14}([.][0-9]{1,14})?");

    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,9}");

    /** Of a minor unit. */
    private static final BigDecimal NOISE = new BigDecimal("0.000001");

    private static final Map<String, Currency> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .filter(currency -> currency.getDefaultFractionDigits() >= 0)
            .collect(toMap(Currency::getCurrencyCode, currency -> currency));

    /** Stands in for a currency that is not known, so that amounts are checked all the same; none has more decimals. */
    private static final Currency UNKNOWN = CURRENCIES.get("CLF");

    private final JsonNode json;
    private final String place;
    private final List<String> faults;

    /**
     * @param place what comes before a field's name in a fault
     * @param faults takes what is noted
     */
    public JsonFields(JsonNode json, String place, List<String> faults) {
        this.json = json;
        this.place = place;
        this.faults = faults;
    }

    /** A part of a body; {@code null} is an empty form. */
    public static JsonFields of(Slice part, String place, List<String> faults) {
        try {
            return new JsonFields(part == null ? MissingNode.getInstance() : json(part), place + ".", faults);
        } catch (JsonProcessingException e) {
            faults.add(place + " has a number that is too large");
            return new JsonFields(MissingNode.getInstance(), place + ".", faults);
        }
    }

    /** Reads JSON with decimals as they are written. */
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

    /** Notes each field that is missing. */
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

    /** {@code null} where it is missing. */
    public String text(String name, int maxLength) {
        if (has(name) && !json.get(name).isTextual()) {
            fault(name, "must be text");
        }
        var text = has(name) ? json.get(name).textValue() : null;
        InputText.check(place + name, text, maxLength, faults);
        return text;
    }

    /** A text, or the decimal text of a number; {@code null} where it is missing. */
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
     * A text for people, of whatever is there: cut to its longest, with blanks in place of control characters; {@code null}
     * where it is missing, or neither a text nor a number.
     */
    public String label(String name, int maxLength) {
        var value = json.path(name);
        return has(name) && (value.isTextual() || value.isNumber())
                ? InputText.label(value.isTextual() ? value.textValue() : value.asText(), maxLength)
                : null;
    }

    /** False where it is missing. */
    public boolean flag(String name) {
        if (has(name) && !json.get(name).isBoolean()) {
            fault(name, "must be true or false");
        }
        return json.path(name).asBoolean();
    }

    /** 0 where it is missing. */
    public long whole(String name) {
        var number = has(name) && json.get(name).isNumber() ? json.get(name).decimalValue() : null;
        var isWhole = number != null && number.stripTrailingZeros().scale() <= 0 && digits(number) <= 9;
        if (has(name) && !isWhole) {
            fault(name, "must be a whole number of at most 9 digits");
        }
        return isWhole ? number.longValueExact() : 0;
    }

    /** A number without decimals, also as text; this one where it is missing. */
    public long whole(String name, long otherwise) {
        var value = json.path(name);
        if (value.isTextual() && WHOLE.matcher(value.textValue()).matches()) {
            return Long.parseLong(value.textValue());
        }
        return has(name) ? whole(name) : otherwise;
    }

    /** Returns the currency of a code in either case; this one where it is missing. */
    public Currency currency(String name, Currency otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        var code = json.get(name).asText().strip().toUpperCase(Locale.ROOT);
        return CURRENCIES.containsKey(code) ? CURRENCIES.get(code) : currency(name);
    }

    /** Returns the currency with this ISO 4217 code; empty where none has it, or it has no minor unit. */
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
     * A number or a decimal text as so many of the currency's minor unit; 0 where it is missing. A number that floating-point
     * arithmetic has left less than a millionth of a minor unit beside a whole one is that one; a text is taken as it is
     * written.
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

    /** Reads like {@link #minor}, but rounds what has more decimals than the currency; {@code null} where it is missing. */
    public Long rounded(String name, Currency currency) {
        return has(name) ? (Long) whole(amount(name, currency)).longValueExact() : null;
    }

    private static BigDecimal whole(BigDecimal amount) {
        return amount.setScale(0, RoundingMode.HALF_UP);
    }

    /** Whether it is a JSON object that has any field. */
    public boolean isFilledIn() {
        return json.isObject() && !json.isEmpty();
    }

    /** The objects of an array; empty where it is missing. An empty array among them is an object without fields, as in PHP. */
    public List<JsonFields> forms(String name, int max) {
        var array = json.path(name);
        var forms = new ArrayList<JsonFields>();
        if (has(name) && !array.isArray()) {
            fault(name, "must be an array");
        } else if (array.size() > max) {
            fault(name, "must have at most " + max + " entries");
        } else {
            for (int i = 0; i < array.size(); i++) {
                forms.add(form(array.get(i), name + "[" + i + "]"));
            }
        }
        return forms;
    }

    private JsonFields form(JsonNode value, String name) {
        var isEmptyArray = value.isArray() && value.isEmpty();
        if (!value.isObject() && !isEmptyArray) {
            fault(name, "must be a JSON object");
        }
        return new JsonFields(value, place + name + ".", faults);
    }

    /** In the currency's minor unit. */
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

    /** Digits before the point. */
    private static long digits(BigDecimal number) {
        return number.signum() == 0 ? 0 : (long) number.precision() - number.scale();
    }

    /** Notes what is wrong with a field. */
    public void fault(String name, String what) {
        faults.add(place + name + " " + what);
    }
}

package millrace.orders;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import millrace.events.Json;
import millrace.events.OrderState.Status;

/** A status as the channel writes it, for the database and over HTTP as well: {@code "on-account"}. */
@Converter
public final class StatusText implements AttributeConverter<Status, String> {

    private static final Map<String, Status> BY_TEXT =
            Arrays.stream(Status.values()).collect(Collectors.toMap(StatusText::of, Function.identity()));

    static String of(Status status) {
        return Json.MAPPER.convertValue(status, String.class);
    }

    /** Every status there is, in a fixed order. */
    static List<String> all() {
        return BY_TEXT.keySet().stream().sorted().toList();
    }

    static Optional<Status> read(String text) {
        return Optional.ofNullable(BY_TEXT.get(text));
    }

    @Override
    public String convertToDatabaseColumn(Status status) {
        return status == null ? null : of(status);
    }

    @Override
    public Status convertToEntityAttribute(String text) {
        return text == null ? null : read(text).orElseThrow();
    }
}

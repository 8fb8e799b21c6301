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

/** Converts a status to the text that channel, database and HTTP share: {@code "on-account"}. */
@Converter
public final class StatusText implements AttributeConverter<Status, String> {

    private static final Map<String, Status> BY_TEXT =
            Arrays.stream(Status.values()).collect(Collectors.toMap(StatusText::of, Function.identity()));

    static String of(Status status) {
        return Json.MAPPER.convertValue(status, String.class);
    }

    /** Texts of all statuses, sorted. */
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

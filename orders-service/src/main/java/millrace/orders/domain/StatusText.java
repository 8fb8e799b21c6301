package millrace.orders.domain;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import millrace.events.Json;
import millrace.events.OrderState.Status;

/** Converts a status to the text that channel, database and HTTP share: {@code "on-account"}. */
public final class StatusText {
    private static final Map<String, Status> BY_TEXT =
            Arrays.stream(Status.values()).collect(Collectors.toMap(StatusText::of, Function.identity()));

    private StatusText() {}

    public static String of(Status status) {
        return Json.text(status).replace("\"", "");
    }

    /** Texts of all statuses, sorted. */
    public static List<String> all() {
        return BY_TEXT.keySet().stream().sorted().toList();
    }

    public static Optional<Status> read(String text) {
        return Optional.ofNullable(BY_TEXT.get(text));
    }
}

package millrace.analytics.query;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import millrace.access.Problem;

/** Helpers for query parameters. */
public final class QueryParameters {
    private QueryParameters() {}

    /** Returns the constant of that name in lower case; 400 with the list of names if there is none. */
    public static <E extends Enum<E>> E oneOf(String name, String text, Class<E> choices) {
        return Arrays.stream(choices.getEnumConstants())
                .filter(choice -> lower(choice).equals(text))
                .findFirst()
                .orElseThrow(() -> Problem.badRequest("%s must be one of %s, not %s"
                        .formatted(
                                name,
                                Arrays.stream(choices.getEnumConstants())
                                        .map(QueryParameters::lower)
                                        .collect(Collectors.joining(", ")),
                                text)));
    }

    /** Orders by size, largest first, then by name. */
    public static <T> Comparator<T> most(ToLongFunction<T> size, Function<T, String> name) {
        return Comparator.comparingLong(size).reversed().thenComparing(name);
    }

    private static String lower(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}

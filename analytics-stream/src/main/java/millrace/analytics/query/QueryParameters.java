package millrace.analytics.query;

import java.util.List;
import millrace.access.Problem;

/** Checks query parameters. */
public final class QueryParameters {
    private QueryParameters() {}

    /** Returns the number of the choice, from 0; 400 with the list of choices if the text is none of them. */
    public static int oneOf(String name, String text, String... choices) {
        var number = List.of(choices).indexOf(text);
        if (number < 0) {
            throw Problem.badRequest("%s must be one of %s, not %s".formatted(name, String.join(", ", choices), text));
        }
        return number;
    }
}

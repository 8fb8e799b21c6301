package millrace.console.call;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import millrace.local.control.JsonBody;

/**
 * A call of a session that was let in.
 *
 * @param parameters decoded parts of the path, by their names in the route
 * @param query decoded values of the query
 * @param body JSON of the body; a missing node where there is none
 */
public record Request(Access access, Map<String, String> parameters, Map<String, String> query, JsonNode body) {
    public String parameter(String name) {
        return parameters.get(name);
    }

    /** Value of the query; empty where it is missing or blank. */
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name)).filter(value -> !value.isBlank());
    }

    /** Text, or number as text, of a field of the body; empty where it is missing, null or blank. */
    public Optional<String> text(String field) {
        return JsonBody.text(body, field);
    }

    /** @throws ConsoleException 400 where {@link #text} is empty */
    public String required(String field) {
        return text(field).orElseThrow(() -> ConsoleException.badRequest("The field " + field + " is missing."));
    }

    /**
     * A whole number of the query.
     *
     * @throws ConsoleException 400 where it is none, or not within the limits
     */
    public int number(String name, int otherwise, int least, int most) {
        var text = query(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            var number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below, as a number outside the limits is.
        }
        throw ConsoleException.badRequest(
                "%s has to be a whole number from %d to %d, not \"%s\".".formatted(name, least, most, text.get()));
    }
}

package millrace.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/** Paths and methods of the control API, each with its handler. They can be added while the server runs. */
public final class ControlRoutes {
    private final PathTable<Handler> table = new PathTable<>();

    /**
     * Answers a call with an object that is written as JSON, or with null for an empty answer. Calls come on threads of
     * their own, several at once.
     *
     * @throws ControlException for a call that is refused
     */
    @FunctionalInterface
    public interface Handler {
        Object answer(Call call) throws InterruptedException;
    }

    /**
     * A call that was let in.
     *
     * @param parameters decoded parts of the path, by their names in the route
     * @param body JSON of the body; a missing node where there is none
     */
    public record Call(Map<String, String> parameters, JsonNode body) {
        public String parameter(String name) {
            return parameters.get(name);
        }

        /** Text, or number as text, of a field of the body; empty where it is missing, null or blank. */
        public Optional<String> text(String field) {
            return JsonBody.text(body, field);
        }
    }

    /** @param path such as {@code /apps/{app}/config-vars}: a part in braces is a parameter */
    public ControlRoutes add(String method, String path, Handler handler) {
        table.add(method, path, handler);
        return this;
    }

    /** @throws ControlException 404 where no route has the path, 405 where none of them has the method */
    PathTable.Match<Handler> find(String method, String rawPath) {
        return table.find(method, rawPath);
    }
}

package millrace.paas;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads config vars and collects all problems instead of stopping at the first. A variable that is empty or blank is
 * missing, and blanks around a value are ignored.
 */
public final class ConfigVars {
    private final Function<String, String> vars;
    private final List<String> problems = new ArrayList<>();

    /** @param vars by name, null for a missing one; usually {@code System.getenv()::get} */
    ConfigVars(Function<String, String> vars) {
        this.vars = vars;
    }

    /**
     * A value cannot be used. The message continues a sentence that begins with the name of the variable; it never
     * contains the value, which may be a secret.
     */
    public static final class InvalidConfigVar extends RuntimeException {
        private static final long serialVersionUID = 1;

        public InvalidConfigVar(String reason) {
            super(reason);
        }
    }

    /**
     * Reads a required variable.
     *
     * @param expected form of the value, for the message
     * @return empty if it is missing or invalid, which is then a problem
     */
    public <T> Optional<T> required(String name, String expected, Function<String, T> parser) {
        if (text(name).isEmpty()) {
            problems.add(name + " is missing; expected " + expected);
        }
        return optional(name, expected, parser);
    }

    /** Reads an optional variable; an invalid value is a problem. */
    public <T> Optional<T> optional(String name, String expected, Function<String, T> parser) {
        try {
            return text(name).map(parser);
        } catch (InvalidConfigVar refusal) {
            problems.add(name + " " + refusal.getMessage() + "; expected " + expected);
            return Optional.empty();
        }
    }

    boolean has(String name) {
        return text(name).isPresent();
    }

    /** Adds a problem of a combination of variables that are valid one by one. */
    public void refuse(String problem) {
        problems.add(problem);
    }

    /** Returns the text of an optional variable, for a caller that checks it. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(vars.apply(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** @throws ConfigVarsException if there is any problem */
    void check() {
        if (!problems.isEmpty()) {
            throw new ConfigVarsException(problems);
        }
    }
}

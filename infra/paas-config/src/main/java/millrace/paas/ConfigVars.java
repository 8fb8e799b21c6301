package millrace.paas;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The config vars while they are read: collects what is wrong instead of stopping at the first. */
final class ConfigVars {
    private final Map<String, String> vars;
    private final List<String> problems = new ArrayList<>();

    ConfigVars(Map<String, String> vars) {
        this.vars = vars;
    }

    /** Why a value cannot be used, to be read after the variable's name. Never says the value, which may be a secret. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refusal(String reason) {
            super(reason);
        }
    }

    /**
     * A variable that has to be there.
     *
     * @param expected what it should look like
     * @return empty where it is missing or refused, which is then among the problems
     */
    <T> Optional<T> required(String name, String expected, Function<String, T> parser) {
        if (text(name).isEmpty()) {
            problems.add(name + " is missing; expected " + expected);
        }
        return optional(name, expected, parser);
    }

    /** A variable that may be missing or empty. */
    <T> Optional<T> optional(String name, String expected, Function<String, T> parser) {
        try {
            return text(name).map(parser);
        } catch (Refusal refusal) {
            problems.add(name + " " + refusal.getMessage() + "; expected " + expected);
            return Optional.empty();
        }
    }

    boolean has(String name) {
        return text(name).isPresent();
    }

    /** Notes what is wrong with variables that are fine one by one. */
    void refuse(String problem) {
        problems.add(problem);
    }

    /** @throws ConfigVarsException where anything was wrong */
    void check() {
        if (!problems.isEmpty()) {
            throw new ConfigVarsException(problems);
        }
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(vars.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }
}

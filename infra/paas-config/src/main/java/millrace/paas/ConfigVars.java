package millrace.paas;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The config vars while they are read: collects what is wrong instead of stopping at the first. A variable that is empty
 * or blank is missing; blanks around a value are no part of it.
 */
public final class ConfigVars {
    private final Function<String, String> vars;
    private final List<String> problems = new ArrayList<>();

    /** @param vars by name, null for one that is not there; usually {@code System.getenv()::get} */
    ConfigVars(Function<String, String> vars) {
        this.vars = vars;
    }

    /** Why a value cannot be used, to be read after the variable's name. Never says the value, which may be a secret. */
    public static final class InvalidConfigVar extends RuntimeException {
        private static final long serialVersionUID = 1;

        public InvalidConfigVar(String reason) {
            super(reason);
        }
    }

    /**
     * A variable that has to be there.
     *
     * @param expected what it should look like
     * @return empty where it is missing or refused, which is then among the problems
     */
    public <T> Optional<T> required(String name, String expected, Function<String, T> parser) {
        if (text(name).isEmpty()) {
            problems.add(name + " is missing; expected " + expected);
        }
        return optional(name, expected, parser);
    }

    /** A variable that may be missing or empty. */
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

    /** Notes what is wrong with variables that are fine one by one. */
    public void refuse(String problem) {
        problems.add(problem);
    }

    /** A variable that may be missing, as it is written: the caller itself refuses what is wrong with it. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(vars.apply(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** @throws ConfigVarsException where anything was wrong */
    void check() {
        if (!problems.isEmpty()) {
            throw new ConfigVarsException(problems);
        }
    }
}

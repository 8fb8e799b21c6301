package millrace.paas;

import java.util.List;

/** Config vars are missing or unusable. The message names each of them and the expected form, but no value. */
public final class ConfigVarsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    ConfigVarsException(List<String> problems) {
        super("The config vars do not fit:\n  " + String.join("\n  ", problems));
        this.problems = List.copyOf(problems);
    }

    /** Problems, one sentence each. */
    public List<String> problems() {
        return problems;
    }
}

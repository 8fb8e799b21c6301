package millrace.generation;

import millrace.paas.ConfigVars;
import millrace.paas.ConfigVars.InvalidConfigVar;
import millrace.paas.ServiceVars;

/** Config vars of a shadow, a process that is rebuilt beside the live one; all of them are optional. */
public final class GenerationVars implements ServiceVars {
    private static final String RATE = "MILLRACE_REPLAY_RATE";

    @Override
    public void read(ConfigVars vars) {
        vars.optional(GenerationMembership.GENERATION, "a number from 1 to 9999", GenerationVars::generation);
        vars.optional(GenerationMembership.CATCHING_UP, "true or false", GenerationVars::truth);
        vars.optional(RATE, "a number of records a second, 0 for no limit", GenerationVars::rate);
    }

    private static int generation(String text) {
        if (!text.matches("[1-9][0-9]{0,3}")) {
            throw new InvalidConfigVar("is no number of a generation");
        }
        return Integer.parseInt(text);
    }

    private static boolean truth(String text) {
        if (!text.matches("true|false")) {
            throw new InvalidConfigVar("is neither");
        }
        return Boolean.parseBoolean(text);
    }

    private static int rate(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new InvalidConfigVar("is no such number");
        }
        return Integer.parseInt(text);
    }
}

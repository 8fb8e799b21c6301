package millrace.ingest.auth;

import io.smallrye.config.ConfigValidationException;
import java.util.Optional;
import millrace.paas.ConfigVars;
import millrace.paas.ConfigVars.InvalidConfigVar;
import millrace.paas.HashedKeys;
import millrace.paas.ServiceVars;

/**
 * Validates the config vars {@code WRITE_KEYS}, {@code SOURCES}, {@code PROXIES} and {@code API_KEYS}; all but the first
 * may be missing.
 */
public final class IngestVars implements ServiceVars {
    private static final int MOST_PROXIES = 32;

    @Override
    public void read(ConfigVars vars) {
        var keys = vars.required("WRITE_KEYS", HashedKeys.WRITE_KEYS, HashedKeys::ofWriteKeys)
                .map(WriteKeys::new);
        vars.optional("API_KEYS", HashedKeys.API_KEYS, HashedKeys::ofApiKeys);
        vars.text("SOURCES").ifPresent(rules -> sources(rules, keys, vars));
        vars.optional("PROXIES", "a number from 0 to " + MOST_PROXIES, IngestVars::proxies);
    }

    /**
     * Validates the rules of sources. Where the write keys are invalid, it does not check that each rule's source has
     * one.
     */
    private static void sources(String rules, Optional<WriteKeys> keys, ConfigVars vars) {
        if (keys.isEmpty()) {
            Sources.faults(rules).forEach(vars::refuse);
            return;
        }
        try {
            new Sources(keys.get(), rules);
        } catch (ConfigValidationException e) {
            refuse(e, vars);
        }
    }

    private static void refuse(ConfigValidationException e, ConfigVars vars) {
        for (var problem = 0; problem < e.getProblemCount(); problem++) {
            vars.refuse(e.getProblem(problem).getMessage());
        }
    }

    private static int proxies(String text) {
        if (!text.matches("[0-9]{1,2}") || Integer.parseInt(text) > MOST_PROXIES) {
            throw new InvalidConfigVar("is no such number");
        }
        return Integer.parseInt(text);
    }
}

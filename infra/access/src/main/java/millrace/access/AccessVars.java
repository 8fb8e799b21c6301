package millrace.access;

import io.smallrye.config.ConfigValidationException;
import millrace.paas.ConfigVars;
import millrace.paas.ServiceVars;

/**
 * Validates the config var {@code API_KEYS}. It may be missing: then every HTTP request that needs an API key is
 * refused.
 */
public final class AccessVars implements ServiceVars {
    @Override
    public void read(ConfigVars vars) {
        try {
            new ApiKeys(vars.text("API_KEYS").orElse(""));
        } catch (ConfigValidationException e) {
            vars.refuse(e.getProblem(0).getMessage());
        }
    }
}

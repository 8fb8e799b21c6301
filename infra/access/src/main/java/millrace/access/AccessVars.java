package millrace.access;

import io.smallrye.config.ConfigValidationException;
import millrace.paas.ConfigVars;
import millrace.paas.ServiceVars;

/** {@code API_KEYS}, which may be missing: then nobody may read or write over HTTP. */
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

package millrace.access;

import millrace.paas.ConfigVars;
import millrace.paas.HashedKeys;
import millrace.paas.ServiceVars;

/**
 * Validates the config var {@code API_KEYS}. It may be missing: then every HTTP request that needs an API key is
 * refused.
 */
public final class AccessVars implements ServiceVars {
    @Override
    public void read(ConfigVars vars) {
        vars.optional("API_KEYS", HashedKeys.API_KEYS, HashedKeys::ofApiKeys);
    }
}

package millrace.paas;

import java.util.Base64;
import millrace.paas.ConfigVars.InvalidConfigVar;

/**
 * Checks {@code AUDIT_MASTER_KEY} and {@code AUDIT_MASTER_KEY_PREVIOUS}. The audit service, which encrypts with them,
 * reads them itself.
 */
final class MasterKeyVars {
    private static final int BYTES = 32;
    private static final String EXPECTED = BYTES + " random bytes in base64, as openssl rand -base64 32 prints them";

    private MasterKeyVars() {}

    static void check(ConfigVars vars) {
        vars.required("AUDIT_MASTER_KEY", EXPECTED, MasterKeyVars::length);
        vars.optional("AUDIT_MASTER_KEY_PREVIOUS", EXPECTED, MasterKeyVars::length);
    }

    private static int length(String base64) {
        try {
            var length = Base64.getDecoder().decode(base64).length;
            if (length != BYTES) {
                throw new InvalidConfigVar("has " + length + " bytes");
            }
            return length;
        } catch (IllegalArgumentException notBase64) {
            throw new InvalidConfigVar("is no base64");
        }
    }
}

package millrace.release;

import java.util.Optional;
import millrace.paas.ConfigVars;
import millrace.paas.Database;
import millrace.paas.ServiceVars;

/** What the migrations are told; all of it may be missing. */
final class ReleaseVars implements ServiceVars {
    @Override
    public void read(ConfigVars vars) {
        if (vars.text(Placeholders.AUDIT_DATABASE).isPresent()) {
            Database.read(vars, Optional.of(Placeholders.AUDIT_DATABASE));
        }
        try {
            Retention.of(vars.text(Retention.VAR).orElse(""));
        } catch (ReleaseFailed e) {
            vars.refuse(e.getMessage());
        }
    }
}

package millrace.release;

import java.util.Optional;
import millrace.paas.ConfigVars;
import millrace.paas.Database;
import millrace.paas.ServiceVars;

/** Checks the config vars of the migrations; all of them are optional. */
public final class ReleaseVars implements ServiceVars {
    @Override
    public void read(ConfigVars vars) {
        if (vars.text(MigrationPlaceholders.AUDIT_DATABASE).isPresent()) {
            Database.read(vars, Optional.of(MigrationPlaceholders.AUDIT_DATABASE));
        }
        try {
            ArchiveRetention.of(vars.text(ArchiveRetention.VAR).orElse(""));
        } catch (ReleaseException e) {
            vars.refuse(e.getMessage());
        }
    }
}

package millrace.release;

import java.util.Optional;
import millrace.paas.ConfigVars;
import millrace.paas.Database;
import millrace.paas.ServiceVars;

/** What the migrations are told; all of it may be missing. */
final class ReleaseVars implements ServiceVars {
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

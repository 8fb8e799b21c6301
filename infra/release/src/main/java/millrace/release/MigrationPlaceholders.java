package millrace.release;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import millrace.paas.Need;
import millrace.paas.PaasSettings;

/** Values of the config vars for the migrations. */
public final class MigrationPlaceholders {
    // fork: audit
    static final String AUDIT_DATABASE = "AUDIT_DATABASE_URL";

    // fork: end
    private MigrationPlaceholders() {}

    /** Placeholders of all services; each migration uses those that it names. */
    public static Map<String, String> of(Map<String, String> vars) {
        // fork: audit
        var audit = PaasSettings.from(vars, Set.of(Need.DATABASE), Optional.of(AUDIT_DATABASE));
        return Map.of(
                "auditRole", audit.database().orElseThrow().user(),
                "auditRetention", ArchiveRetention.of(vars.get(ArchiveRetention.VAR)));
        // fork: instead return Map.of();
        // fork: end
    }
}

package millrace.release;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import millrace.paas.Need;
import millrace.paas.PaasSettings;

/** What the config vars say to the migrations: which role the audit service has, and how long its archive is kept. */
public final class MigrationPlaceholders {
    static final String AUDIT_DATABASE = "AUDIT_DATABASE_URL";

    private MigrationPlaceholders() {}

    /** Of every service: each takes what it knows. */
    public static Map<String, String> of(Map<String, String> vars) {
        var audit = PaasSettings.from(vars, Set.of(Need.DATABASE), Optional.of(AUDIT_DATABASE));
        return Map.of(
                "auditRole", audit.database().orElseThrow().user(),
                "auditRetention", ArchiveRetention.of(vars.get(ArchiveRetention.VAR)));
    }
}

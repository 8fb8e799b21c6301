package millrace.audit;

import java.util.Optional;
import java.util.Set;
import millrace.local.Platform;
import millrace.paas.Database;
import millrace.paas.Need;
import millrace.paas.PaasSettings;

/** The service's own role in the database: not the owner of the tables. */
public record ServiceRole(Database database) {
    public static ServiceRole of(Platform platform) {
        var settings =
                PaasSettings.from(platform.configVars(), Set.of(Need.DATABASE), Optional.of("AUDIT_DATABASE_URL"));
        return new ServiceRole(settings.database().orElseThrow());
    }

    public String user() {
        return database.user();
    }

    /** In another database of the same server. */
    ArchiveDatabase elsewhere(String name) {
        var url = database.jdbcUrl().replace("/" + database.name() + "?", "/" + name + "?");
        return new ArchiveDatabase(url, database.user(), database.password());
    }

    public ArchiveDatabase archived() {
        return new ArchiveDatabase(database.jdbcUrl(), database.user(), database.password());
    }
}

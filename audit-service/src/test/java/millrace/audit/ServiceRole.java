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
        return of(platform, "AUDIT_DATABASE_URL");
    }

    /** The role of a program that may read channels and have tables of its own. */
    public static ServiceRole ofConsumer(Platform platform) {
        return of(platform, "CONSUMER_DATABASE_URL");
    }

    private static ServiceRole of(Platform platform, String variable) {
        var settings = PaasSettings.from(platform.configVars(), Set.of(Need.DATABASE), Optional.of(variable));
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

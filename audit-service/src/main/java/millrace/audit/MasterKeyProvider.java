package millrace.audit;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidationException.Problem;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.sql.SQLException;
import java.util.Optional;
import millrace.audit.seal.MasterKey;
import millrace.audit.seal.MasterKeyCheck;
import millrace.audit.table.DatabaseTransactions;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Provides the master key; the service does not start if the keys of the archive are wrapped with another one. */
@ApplicationScoped
class MasterKeyProvider {
    private static final Logger LOG = Logger.getLogger(MasterKeyProvider.class);

    @Produces
    @Singleton
    MasterKey master(
            @ConfigProperty(name = "AUDIT_MASTER_KEY") String current,
            @ConfigProperty(name = "AUDIT_MASTER_KEY_PREVIOUS") Optional<String> previous) {
        return MasterKey.of(current, previous);
    }

    /** Skips the check while the database is unavailable: a wrong key then ends the process at its first use. */
    void check(
            @Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent event,
            DatabaseTransactions transactions,
            MasterKey master) {
        try {
            var fault = transactions.get(connection -> MasterKeyCheck.fault(connection, master));
            if (fault.isPresent()) {
                throw new ConfigValidationException(new Problem[] {new Problem(fault.get())});
            }
        } catch (SQLException e) {
            LOG.warnf("The master key was not checked against the archive: %s", e.getMessage());
        }
    }
}

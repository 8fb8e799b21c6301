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
import millrace.audit.table.Transactions;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Provides the master key, and refuses to start with another one than the keys of the archive are wrapped with. */
@ApplicationScoped
class MasterKeys {
    private static final Logger LOG = Logger.getLogger(MasterKeys.class);

    @Produces
    @Singleton
    MasterKey master(
            @ConfigProperty(name = "AUDIT_MASTER_KEY") String current,
            @ConfigProperty(name = "AUDIT_MASTER_KEY_PREVIOUS") Optional<String> previous) {
        return MasterKey.of(current, previous);
    }

    /** While the database is away nobody can tell; a key that is missed later ends the process, and the next start tells. */
    void check(
            @Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent event,
            Transactions transactions,
            MasterKey master) {
        try {
            var fault = transactions.get(connection -> MasterKeyCheck.fault(connection, master));
            if (fault.isPresent()) {
                throw new ConfigValidationException(new Problem[] {new Problem(fault.get())});
            }
        } catch (SQLException e) {
            LOG.warnf("Whether the master key is the archive's was not asked: %s", e.getMessage());
        }
    }
}

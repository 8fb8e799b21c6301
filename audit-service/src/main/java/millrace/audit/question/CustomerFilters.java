package millrace.audit.question;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import millrace.access.Problem;
import millrace.audit.seal.Erasures;
import millrace.audit.seal.MasterKey;
import millrace.audit.table.DatabaseTransactions;

/** Looks up the number of a person in the archive, which is all that an erasure leaves of the person. */
@ApplicationScoped
class CustomerFilters {
    private final DatabaseTransactions transactions;
    private final Erasures names;

    CustomerFilters(DatabaseTransactions transactions, MasterKey master) {
        this.transactions = transactions;
        this.names = new Erasures(master);
    }

    /** The filter for the records of a person; one that selects nothing if the archive has no such person. */
    RecordFilter filter(String name) {
        try {
            var subjects = transactions.get(connection -> names.find(connection, name));
            return subjects.isEmpty()
                    ? RecordFilter.nobody()
                    : RecordFilter.customer(
                            subjects.stream().map(Erasures.Subject::id).toList());
        } catch (SQLException e) {
            throw Problem.unavailable("The database does not answer.", e);
        }
    }
}

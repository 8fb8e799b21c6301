package millrace.audit.question;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import millrace.audit.Problem;
import millrace.audit.seal.Erasures;
import millrace.audit.seal.MasterKey;
import millrace.audit.table.Transactions;

/** Knows the number that the archive has for a person, also of one who is erased: of that one nothing else is left. */
@ApplicationScoped
class Customers {
    private final Transactions transactions;
    private final Erasures names;

    Customers(Transactions transactions, MasterKey master) {
        this.transactions = transactions;
        this.names = new Erasures(master);
    }

    /** What is asked of the archive about the person of that name; nothing where nobody has it. */
    About about(String name) {
        try {
            var subjects = transactions.get(connection -> names.find(connection, name));
            return subjects.isEmpty()
                    ? About.nobody()
                    : About.customer(subjects.stream().map(Erasures.Subject::id).toList());
        } catch (SQLException e) {
            throw Problem.unavailable("The database does not answer.", e);
        }
    }
}

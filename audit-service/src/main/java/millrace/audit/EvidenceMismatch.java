package millrace.audit;

import java.sql.SQLException;

/** The database is not what was signed or what the broker has. Nothing is signed over it; a person has to look. */
public final class EvidenceMismatch extends SQLException {
    private static final long serialVersionUID = 1;

    public EvidenceMismatch(String sentence) {
        super(sentence);
    }
}

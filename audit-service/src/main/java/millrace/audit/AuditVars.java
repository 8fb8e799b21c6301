package millrace.audit;

import java.time.DateTimeException;
import java.time.Period;
import millrace.paas.ConfigVars;
import millrace.paas.ConfigVars.InvalidConfigVar;
import millrace.paas.ServiceVars;

/** The config vars of the archive, which are optional, and those of its {@linkplain EvidenceExtension evidence}. */
public final class AuditVars implements ServiceVars {
    private static final String GENERATION = "MILLRACE_GENERATION";

    @Override
    public void read(ConfigVars vars) {
        vars.optional(GENERATION, "none for audit, whose archive is not derived state and is not rebuilt", any -> {
            throw new InvalidConfigVar("is set");
        });
        vars.optional("AUDIT_RETENTION", "a period of whole months such as P13M", AuditVars::months);
        EvidenceExtension.find().ifPresent(evidence -> evidence.read(vars));
    }

    private static Period months(String text) {
        try {
            var period = Period.parse(text);
            if (period.toTotalMonths() >= 1 && period.getDays() == 0) {
                return period;
            }
        } catch (DateTimeException notAPeriod) {
            throw new InvalidConfigVar("cannot be read");
        }
        throw new InvalidConfigVar("is no such period");
    }
}

package millrace.audit;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.util.function.Function;
import millrace.audit.chain.Ed25519;
import millrace.audit.chain.SigningKey;
import millrace.paas.ConfigVars;
import millrace.paas.ConfigVars.InvalidConfigVar;
import millrace.paas.ServiceVars;

/** The config vars of the archive: {@code AUDIT_SIGNING_KEY} is required, its public key and the retention are optional. */
public final class AuditVars implements ServiceVars {
    private static final String GENERATION = "MILLRACE_GENERATION";

    @Override
    public void read(ConfigVars vars) {
        vars.optional(GENERATION, "none for audit, whose archive is not derived state and is not rebuilt", any -> {
            throw new InvalidConfigVar("is set");
        });
        try {
            SigningKey.parse(vars.text(SigningKey.VAR).orElse(""));
        } catch (IllegalArgumentException e) {
            vars.refuse(e.getMessage());
        }
        vars.optional("AUDIT_PUBLIC_KEY", "what bin/audit key prints", AuditVars::publicKey);
        vars.optional("AUDIT_CHECKPOINTS_KEPT", "a duration such as P7D", time -> time(time, Duration::parse));
        vars.optional("AUDIT_RETENTION", "a period of whole months such as P13M", AuditVars::months);
    }

    private static Ed25519 publicKey(String text) {
        try {
            return Ed25519.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigVar(e.getMessage());
        }
    }

    private static Period months(String text) {
        var period = time(text, Period::parse);
        if (period.toTotalMonths() < 1 || period.getDays() != 0) {
            throw new InvalidConfigVar("is no such period");
        }
        return period;
    }

    private static <T> T time(String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (DateTimeException notATime) {
            throw new InvalidConfigVar("cannot be read");
        }
    }
}

package millrace.audit.evidence.cli;

import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import millrace.audit.cli.AuditPlatform;
import millrace.audit.evidence.tree.Ed25519;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bin/audit key}. */
@Command(
        name = "key",
        description = {
            "Prints the public key that checks the signatures of checkpoints and proofs (X.509, base64).",
            "To verify without trusting this machine, keep a copy of it and set it as AUDIT_PUBLIC_KEY."
        })
final class KeyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        command.commandLine()
                .getOut()
                .println(EvidenceCommands.identity(AuditPlatform.of(System.getenv())).keys().stream()
                        .map(Ed25519::text)
                        .collect(Collectors.joining(",")));
        return 0;
    }
}

package millrace.audit.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that uses a platform, and returns its exit code. */
public abstract class PlatformCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    protected PlatformCommand() {
        this(System.getenv());
    }

    protected PlatformCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /** @throws CommandFailed if there is none */
    protected final AuditPlatform platform() {
        return AuditPlatform.of(environment);
    }

    protected final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    protected final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** The command ends with the sentence and its usage. */
    protected final ParameterException invalid(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}

package millrace.template;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.function.Supplier;
import millrace.generation.GenerationMembership;
import millrace.generation.RebuildProtocol;
import millrace.generation.Rebuildable;

/**
 * Starts the service as a member of its generation, and stops it when the membership ends. With the argument {@code
 * rebuild} it answers the questions of a rebuild instead.
 */
@QuarkusMain
public final class Main {
    private static final Supplier<Rebuildable> REBUILD = TemplateRebuild::ofEnvironment;

    public static void main(String... arguments) {
        if (RebuildProtocol.isRequested(arguments)) {
            RebuildProtocol.serve(REBUILD);
        } else {
            GenerationMembership.enter(TemplateRebuild.PROCESS, REBUILD, Quarkus::asyncExit);
            Quarkus.run(arguments);
        }
    }
}

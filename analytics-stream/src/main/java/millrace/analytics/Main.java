package millrace.analytics;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import millrace.analytics.rebuild.AnalyticsRebuild;
import millrace.generation.GenerationMembership;
import millrace.generation.RebuildProtocol;

/**
 * Starts the process. It joins its generation before anything else starts, and ends when the generation is replaced. With
 * the argument {@code rebuild} it serves its port of rebuilds instead.
 */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        if (RebuildProtocol.isRequested(arguments)) {
            RebuildProtocol.serve(AnalyticsRebuild::ofEnvironment);
        } else {
            GenerationMembership.enter("analytics", AnalyticsRebuild::ofEnvironment, Quarkus::asyncExit);
            Quarkus.run(arguments);
        }
    }
}

package millrace.analytics;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import millrace.generation.GenerationMembership;

/**
 * Starts the process. It joins its generation before anything else starts, and ends when the generation is replaced.
 */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        GenerationMembership.enter("analytics", Quarkus::asyncExit);
        Quarkus.run(arguments);
    }
}

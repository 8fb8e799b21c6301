package millrace.orders;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import millrace.generation.GenerationMembership;

/** Starts the service as a member of its generation, and stops it when the membership ends. */
@QuarkusMain
public final class Main {
    public static void main(String... arguments) {
        GenerationMembership.enter("orders", Quarkus::asyncExit);
        Quarkus.run(arguments);
    }
}

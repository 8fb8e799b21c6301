package millrace.orders;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import millrace.generation.GenerationMembership;

/** The process: it belongs to a generation before anything of it starts, and ends when that is not so any more. */
@QuarkusMain
public final class Main {
    public static void main(String... arguments) {
        GenerationMembership.enter("orders", Quarkus::asyncExit);
        Quarkus.run(arguments);
    }
}

package millrace.audit;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import millrace.generation.Membership;

/** The process: it belongs to a generation before anything of it starts, and ends when that is not so any more. */
@QuarkusMain
public final class Main {
    public static void main(String... arguments) {
        Membership.enter("audit", Quarkus::asyncExit);
        Quarkus.run(arguments);
    }
}

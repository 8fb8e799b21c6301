package millrace.bench.load;

import java.net.ConnectException;
import millrace.events.Json;

/**
 * Main class of the load generator, a process of its own, so that its processor time can be told from that of the
 * program that starts it. It reads a {@link LoadPlan} from the variable {@code LOAD_PLAN} and prints a {@link
 * LoadResult} as its last line; it ends with 1 after a sentence about the reason if there is no result.
 */
public final class LoadGenerator {
    public static final String PLAN = "LOAD_PLAN";

    private LoadGenerator() {}

    public static void main(String[] arguments) throws Exception {
        try (var run = new LoadRun(Json.MAPPER.readValue(System.getenv(PLAN), LoadPlan.class), System::nanoTime)) {
            System.out.println(Json.MAPPER.writeValueAsString(run.run()));
        } catch (ConnectException e) {
            fail("The server accepts no connections: " + e.getMessage() + ".");
        } catch (IllegalArgumentException e) {
            fail(e.getMessage());
        }
    }

    private static void fail(String sentence) {
        System.out.println(sentence);
        System.exit(1);
    }
}

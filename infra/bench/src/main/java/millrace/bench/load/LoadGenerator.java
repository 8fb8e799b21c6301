package millrace.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import millrace.events.Json;

/**
 * Main class of the load generator: reads plans, one line of JSON each, and prints the beginning and end of each
 * measured time and the result. It ends at the end of its input, and so with its parent process.
 */
public final class LoadGenerator {
    /** Printed when the measured time begins; the parent process then starts its own measurements. */
    public static final String BEGINS = "begins";

    /** Printed when the measured time is over. */
    public static final String ENDS = "ends";

    /** Prefix of the sentence that explains a missing result. */
    public static final String FAILED = "failed: ";

    private LoadGenerator() {}

    public static void main(String[] arguments) throws IOException {
        var plans = new BufferedReader(new InputStreamReader(System.in));
        for (var line = plans.readLine(); line != null; line = plans.readLine()) {
            var plan = Json.MAPPER.readValue(line, LoadPlan.class);
            System.out.println(outcome(plan));
        }
    }

    private static String outcome(LoadPlan plan) throws IOException {
        try {
            var result = new LoadRun(plan, System::nanoTime, System.out::println).run();
            return Json.MAPPER.writeValueAsString(result);
        } catch (ConnectException e) {
            return FAILED + "The server accepts no connections: " + e.getMessage() + ".";
        } catch (IllegalArgumentException | IllegalStateException e) {
            return FAILED + e.getMessage();
        }
    }
}

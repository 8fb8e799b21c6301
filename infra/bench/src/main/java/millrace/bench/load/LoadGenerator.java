package millrace.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import millrace.events.Json;

/**
 * The process that makes load: reads plans, a line of JSON each, and prints when each begins and ends to be measured and
 * what became of it. It ends with its input, and so with whoever started it.
 */
public final class LoadGenerator {
    /** Said when the measured time begins; what else is measured is measured from then on. */
    public static final String BEGINS = "begins";

    /** Said when the measured time is over. */
    public static final String ENDS = "ends";

    /** Before the sentence that says why there is no result. */
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
            return FAILED + "The server takes no connections: " + e.getMessage() + ".";
        } catch (IllegalArgumentException | IllegalStateException e) {
            return FAILED + e.getMessage();
        }
    }
}

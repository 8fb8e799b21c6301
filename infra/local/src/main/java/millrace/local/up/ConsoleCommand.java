package millrace.local.up;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code bin/console}: prints an address of the console. */
@Command(
        name = "bin/console",
        description =
                "Prints an address that opens the console of what bin/up has started, once and within ten minutes.",
        mixinStandardHelpOptions = true)
public final class ConsoleCommand implements Callable<Integer> {
    public static void main(String[] arguments) {
        System.exit(UpCommand.commandLine(new ConsoleCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        System.out.println(ConsoleAccess.of(UpCommand.dataDirectory()).newAddress());
        return 0;
    }
}

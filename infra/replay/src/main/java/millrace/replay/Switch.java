package millrace.replay;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A generation becomes the live one. */
@Command(
        name = "switch",
        header = "Lets a generation take over.",
        description = {
            "Lets a generation take over from the live one: it catches up if it has to, is compared, and then the processes"
                    + " of the live one end, what is left is read, the old one is fenced off, and the processes of the Procfile"
                    + " come back as the new one. What the old one has caused is not caused again, what it has not yet is."
                    + " The channel waits meanwhile, for some seconds.",
            "It may be interrupted or killed at any moment: switch again goes on with it."
        })
final class Switch extends Subject {
    @Option(names = "--generation", paramLabel = "N", description = "Default: the one after the live one.")
    private Integer generation;

    @Option(names = "--anyway", description = "Also where they differ, as they do after a change of the code.")
    private boolean anyway;

    @Option(
            names = "--abort",
            description = "Gives up a switch that was interrupted before the old one was fenced off: it is live again.")
    private boolean abort;

    @Override
    int work(Desk desk) {
        var standing = desk.standing();
        var takeOver = new TakeOver(desk, stop(), "switch");
        if (abort) {
            takeOver.abort(standing);
        } else if (standing.handingOverTo() != null) {
            takeOver.goOn(standing);
        } else {
            int successor = Targets.existing(desk, Targets.shadow(desk, standing, Optional.ofNullable(generation)));
            takeOver.begin(standing.live(), successor, anyway);
        }
        return 0;
    }
}

package millrace.replay;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a generation live. */
@Command(
        name = "switch",
        header = "Lets a generation take over.",
        description = {
            "Lets a generation take over from the live one: it catches up if it has to, is compared, and then the processes"
                    + " of the live one end, the remaining records are read, the old one is fenced off, and the processes of the"
                    + " Procfile come back as the new one. Each effect is published once: those of the old generation are not"
                    + " repeated. No record is processed meanwhile, for some seconds.",
            "It may be interrupted or killed at any moment: within half a minute the live one goes on by itself, or, if it"
                    + " was being fenced off, the new one does."
        })
final class SwitchCommand extends ConsumerCommand {
    @Option(names = "--generation", paramLabel = "N", description = "Default: the one after the live one.")
    private Integer generation;

    @Option(names = "--anyway", description = "Also if they differ, as they do after a change of the code.")
    private boolean anyway;

    @Option(
            names = "--abort",
            description =
                    "Gives up a switch that was killed before the old one was fenced off: it is live again at once.")
    private boolean abort;

    @Override
    int execute(ReplayContext context) {
        var current = context.liveGeneration();
        if (abort) {
            CutOver.abort(context, shutdown(), current);
        } else if (current.successor() != null) {
            CutOver.resume(context, shutdown(), "switch", current);
        } else {
            int successor = TargetGeneration.existing(
                    context, TargetGeneration.shadow(context, current, Optional.ofNullable(generation)));
            CutOver.begin(context, shutdown(), "switch", current.live(), successor, anyway);
        }
        return 0;
    }
}

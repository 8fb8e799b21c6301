package millrace.replay;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the previous generation live again. */
@Command(
        name = "rollback",
        header = "Goes back to the generation before.",
        description = {
            "Goes back to the generation before the live one, if it was not dropped: it reads what it has missed, is compared,"
                    + " and takes over exactly as with switch. bin/replay switch goes forward again.",
            "It may be interrupted or killed at any moment, as switch."
        })
final class RollbackCommand extends ConsumerCommand {
    @Option(names = "--anyway", description = "Also if they differ, as they do after a change of the code.")
    private boolean anyway;

    @Override
    int execute(ReplayContext context) {
        var current = context.liveGeneration();
        if (current.successor() != null) {
            CutOver.resume(context, shutdown(), "rollback", current);
        } else {
            int previous = TargetGeneration.previous(context, current.live());
            CutOver.begin(context, shutdown(), "rollback", current.live(), previous, anyway);
        }
        return 0;
    }
}

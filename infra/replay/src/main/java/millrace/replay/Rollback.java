package millrace.replay;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** And back. */
@Command(
        name = "rollback",
        header = "Goes back to the generation before.",
        description = {
            "Goes back to the generation before the live one, if it was not dropped: it reads what it has missed, is compared,"
                    + " and takes over exactly as with switch. bin/replay switch goes forward again.",
            "It may be interrupted or killed at any moment: rollback again goes on with it."
        })
final class Rollback extends Subject {
    @Option(names = "--anyway", description = "Also where they differ, as they do after a change of the code.")
    private boolean anyway;

    @Override
    int work(Desk desk) {
        var standing = desk.standing();
        var takeOver = new TakeOver(desk, stop(), "rollback");
        if (standing.handingOverTo() != null) {
            takeOver.goOn(standing);
        } else {
            takeOver.begin(standing.live(), Targets.before(desk, standing.live()), anyway);
        }
        return 0;
    }
}

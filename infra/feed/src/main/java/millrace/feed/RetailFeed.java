package millrace.feed;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads all invoices of a retailer, and sends each as the order or refund that it is, as time went by. */
@Command(
        name = "retail",
        description = {
            "CSV files in the layout of the Online Retail data set, first or second edition: every invoice is an order or,"
                    + " with a number that begins with C, a refund.",
            "Delimiter, encoding, decimal sign and order of dates are those that a file shows. An invoice is sent as a whole,"
                    + " or is named and not sent."
        })
final class Retail implements Callable<Integer> {
    @Mixin
    private Target target;

    @Mixin
    private WaitOptions waiting;

    @Option(names = "--currency", description = "ISO 4217 code of the amounts. Default: ${DEFAULT-VALUE}.")
    private String currency = "GBP";

    @Option(
            names = "--dates",
            paramLabel = "ORDER",
            description = "day-first or month-first, for dates such as 5/1/2016. Default: as each file shows.")
    private DateOrder dates;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Zone of dates that do not say theirs, like Europe/London. Default: UTC.")
    private ZoneId zone = ZoneId.of("UTC");

    @Parameters(
            paramLabel = "FILE.csv",
            arity = "1..*",
            description = "In any order; invoices may be spread over them.")
    private List<Path> files;

    @Override
    public Integer call() {
        TextFile.check(files);
        var report = new Report("retail");
        var edge = target.edge(report.feed(), target.importName(), target.patience());
        var pace = Pace.of(target.rate());
        var outcomes = waiting.outcomes(report.feed());
        var invoices = Invoices.read(files, Optional.ofNullable(dates), zone, report);
        try (var delivery = target.delivery(edge, "/v1/import", pace, report, WaitOptions.noted(outcomes));
                var progress = Progress.show(report, invoices.size())) {
            for (var invoice : invoices) {
                delivery.send(invoice.message(currency));
                progress.at(report.sent());
            }
            delivery.flush();
            progress.at(invoices.size());
        } finally {
            report.print(target.out());
        }
        return Math.max(waiting.await(outcomes, target.out()), target.complain(report.complaints("file of invoices")));
    }
}

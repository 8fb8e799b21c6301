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
final class RetailFeed implements Callable<Integer> {
    @Mixin
    private TargetOptions target;

    @Mixin
    private OrderWaitOptions waiting;

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
        TextFileReader.check(files);
        var report = new FeedReport("retail");
        var edge = target.edge(report.feed(), target.importName(), target.patience());
        var feedRate = FeedRate.of(target.rate());
        var outcomes = waiting.outcomes(report.feed());
        var invoices = InvoiceReader.read(files, Optional.ofNullable(dates), zone, report);
        try (var sender = target.sender(edge, "/v1/import", feedRate, report, OrderWaitOptions.recorder(outcomes));
                var progress = FeedProgress.show(report, invoices.size())) {
            for (var invoice : invoices) {
                sender.send(invoice.message(currency));
                progress.at(report.sent());
            }
            sender.flush();
            progress.at(invoices.size());
        } finally {
            report.print(target.out());
        }
        return Math.max(
                waiting.await(outcomes, target.out()), target.printProblems(report.problems("file of invoices")));
    }
}

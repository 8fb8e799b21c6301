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

/** Sends a retailer's invoices as orders and refunds, ordered by time. It reads all of them before it sends any. */
@Command(
        name = "retail",
        description = {
            "CSV files in the layout of the Online Retail data set, first or second edition: every invoice is an order or,"
                    + " with a number that begins with C, a refund.",
            "Delimiter, encoding, decimal sign and order of dates are detected from each file. An invoice is sent as a"
                    + " whole, or reported and not sent."
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
            description = "day-first or month-first, for dates such as 5/1/2016. Default: detected from each file.")
    private DateOrder dates;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Zone of dates without one, like Europe/London. Default: UTC.")
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

package millrace.feed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads all invoices of a retailer, and sends each as the order or refund that it is, as time went by. */
@Command(
        name = "retail",
        description = "CSV files in the layout of the Online Retail data set: every invoice is an order or a refund.")
final class Retail implements Callable<Integer> {
    @Mixin
    private Target target;

    @Option(names = "--currency", description = "ISO 4217 code of the amounts. Default: ${DEFAULT-VALUE}.")
    private String currency = "GBP";

    @Parameters(
            paramLabel = "FILE.csv",
            arity = "1..*",
            description = "In any order; invoices may be spread over them.")
    private List<Path> files;

    @Override
    public Integer call() throws IOException {
        Text.check(files);
        var report = new Report("retail");
        var edge = target.edge(report.feed(), target.importName(), target.patience());
        var delivery = new Delivery(edge, "/v1/import", Pace.of(target.rate()), report);
        var invoices = Invoices.read(files, report);
        try (var progress = Progress.show(report, invoices.size())) {
            for (var invoice : invoices) {
                delivery.send(invoice.message(currency));
                progress.at(report.sent());
            }
            delivery.flush();
            progress.at(invoices.size());
        } finally {
            report.print(target.out());
        }
        return 0;
    }
}

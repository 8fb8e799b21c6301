package millrace.bench;

/**
 * Throughput and cost of archiving a backlog.
 *
 * @param perSecond records a second between the first observed position and the last
 * @param service processor time of the service per record, in microseconds; likewise database and broker
 * @param early resident bytes of the service after a tenth of the records
 * @param most maximum of resident bytes of the service
 */
record ArchiveCatchUpResult(double perSecond, double service, double database, double broker, long early, long most) {
    String text() {
        return ("audit    %,d rows/s, with chain and checkpoints; CPU us each: service %.1f, database %.1f, broker %.1f;"
                        + " %d MiB at most, %d MiB after a tenth")
                .formatted(Math.round(perSecond), service, database, broker, most >> 20, early >> 20);
    }
}

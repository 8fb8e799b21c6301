package millrace.bench;

/**
 * How records came into the archive.
 *
 * @param perSecond from the first that was there to the last
 * @param service processor time a record, in microseconds, as of the others
 * @param early resident bytes of the service when a tenth was archived
 * @param most resident bytes of the service, at most
 */
record ArchiveCatchUpResult(double perSecond, double service, double database, double broker, long early, long most) {
    String text() {
        return ("audit    %,d rows/s, with chain and checkpoints; CPU us each: service %.1f, database %.1f, broker %.1f;"
                        + " %d MiB at most, %d MiB after a tenth")
                .formatted(Math.round(perSecond), service, database, broker, most >> 20, early >> 20);
    }
}

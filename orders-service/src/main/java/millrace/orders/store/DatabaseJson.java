package millrace.orders.store;

import io.quarkus.arc.Unremovable;
import io.quarkus.hibernate.orm.JsonFormat;
import io.quarkus.hibernate.orm.PersistenceUnitExtension;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import millrace.events.Json;
import org.hibernate.type.format.FormatMapper;
import org.hibernate.type.format.jackson.JacksonJsonFormatMapper;

/**
 * Writes JSON columns with the mapper of the channels, so that columns stay readable for as long as the channels do.
 */
class DatabaseJson {
    @Produces
    @Singleton
    @JsonFormat
    @Unremovable
    @PersistenceUnitExtension
    FormatMapper contract() {
        return new JacksonJsonFormatMapper(Json.MAPPER);
    }
}

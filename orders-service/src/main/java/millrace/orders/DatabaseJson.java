package millrace.orders;

import io.quarkus.arc.Unremovable;
import io.quarkus.hibernate.orm.JsonFormat;
import io.quarkus.hibernate.orm.PersistenceUnitExtension;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import millrace.events.Json;
import org.hibernate.type.format.FormatMapper;
import org.hibernate.type.format.jackson.JacksonJsonFormatMapper;

/** JSON columns are written as the channels are, so that the table can be read as long as they can. */
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

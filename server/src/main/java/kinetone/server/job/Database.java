package kinetone.server.job;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import kinetone.common.AtomicFile;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Jdbi;

/** The database of jobs: H2 in the data folder, or PostgreSQL. Brought to today's tables first. */
public final class Database implements AutoCloseable {
  private static final int CONNECTIONS = 10;
  private static final long PATIENCE_MILLIS = 5000;

  private final HikariDataSource pool;
  private final Jdbi jdbi;

  private Database(HikariDataSource pool) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
  }

  /**
   * Opens the database.
   *
   * @param url of PostgreSQL, {@code jdbc:postgresql://host/name}; empty is H2 in {@code folder}
   * @param password of PostgreSQL, where the URL has none
   * @throws KinetoneException when it cannot be reached, or another process has the folder
   */
  public static Database open(Path folder, Optional<String> url, Optional<String> password) {
    url.ifPresent(
        u ->
            Check.that(
                u.startsWith("jdbc:postgresql://"),
                "the database is a URL like jdbc:postgresql://host/name?user=kinetone"));
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url.orElseGet(() -> embedded(folder)));
    password.ifPresent(config::setPassword);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(PATIENCE_MILLIS);
    config.setPoolName("kinetone");
    HikariDataSource pool = null;
    try {
      pool = new HikariDataSource(config);
      Flyway.configure(Database.class.getClassLoader())
          .dataSource(pool)
          .locations("classpath:kinetone/server/migration")
          .load()
          .migrate();
      return new Database(pool);
    } catch (HikariPool.PoolInitializationException | FlywayException e) {
      if (pool != null) {
        pool.close();
      }
      throw url.isPresent()
          ? KinetoneException.resource(
              e, "the database cannot be used: %s", Printable.line(root(e).getMessage()))
          : KinetoneException.resource(
              e,
              "the jobs in %s cannot be opened (%s); is another kinetone serve using this folder?",
              folder,
              Printable.line(root(e).getMessage()).replaceAll("\\s*\\[\\d+-\\d+\\]$", ""));
    }
  }

  private static String embedded(Path folder) {
    Path file = folder.resolve("jobs").toAbsolutePath();
    Check.that(
        file.toString().indexOf(';') < 0,
        "the data folder %s must have no ';' in its name",
        folder);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw AtomicFile.failure(folder, e);
    }
    // What is committed is written at once; the end of the process closes after the work has ended.
    return "jdbc:h2:file:" + file + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000";
  }

  private static Throwable root(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }

  Jdbi jdbi() {
    return jdbi;
  }

  /** Whether it answers now. */
  public boolean answers() {
    try {
      return jdbi.withHandle(h -> h.createQuery("SELECT 1").mapTo(int.class).one()) == 1;
    } catch (RuntimeException e) {
      return false;
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}

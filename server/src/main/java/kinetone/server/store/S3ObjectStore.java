package kinetone.server.store;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket of S3. Credentials and region come from where Amazon's tools look for them: the
 * environment ({@code AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY}, {@code AWS_REGION}), the
 * profile, the machine's role.
 */
public final class S3ObjectStore implements ObjectStore {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration SILENCE = Duration.ofSeconds(20);
  private static final Duration CALL = Duration.ofMinutes(5);

  private final Bucket bucket;
  private final S3Client client;

  /**
   * Opens it.
   *
   * @throws KinetoneException of kind USER when it cannot be reached with the credentials there are
   */
  public S3ObjectStore(Bucket bucket) {
    this.bucket = bucket;
    try {
      client = client(bucket);
    } catch (SdkException e) {
      throw refused(bucket, e);
    }
    try {
      client.headBucket(request -> request.bucket(bucket.name()));
    } catch (SdkException e) {
      client.close();
      throw refused(bucket, e);
    }
  }

  private static KinetoneException refused(Bucket bucket, SdkException e) {
    return KinetoneException.user(
        e,
        "%s cannot be used (%s); check its name, --s3-endpoint, AWS_REGION and the credentials"
            + " (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)",
        bucket,
        Printable.line(e.getMessage()));
  }

  private static S3Client client(Bucket bucket) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(SILENCE))
            .overrideConfiguration(all -> all.apiCallTimeout(CALL))
            // Signed chunks and sums in trailers are more than some know that speak like S3.
            .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    bucket
        .endpoint()
        .ifPresent(
            endpoint -> {
              builder.endpointOverride(endpoint).forcePathStyle(true);
              if (System.getenv("AWS_REGION") == null) {
                builder.region(Region.US_EAST_1);
              }
            });
    return builder.build();
  }

  private String key(String name) {
    return bucket.prefix() + name;
  }

  private <T> T asked(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException | UncheckedIOException e) {
      // A connection that ends while a file is sent is told without the SDK's own exception.
      throw new StoreAwayException(
          bucket + " did not " + what + ": " + Printable.line(e.getMessage()), e);
    }
  }

  @Override
  public void put(String name, Path file) {
    asked(
        "take a file",
        () ->
            client.putObject(
                request -> request.bucket(bucket.name()).key(key(name)),
                RequestBody.fromFile(file)));
  }

  @Override
  public boolean get(String name, Path file) {
    return asked(
        "give a file",
        () -> {
          try {
            client.getObject(request -> request.bucket(bucket.name()).key(key(name)), file);
            return true;
          } catch (NoSuchKeyException e) {
            return false;
          }
        });
  }

  @Override
  public void delete(Set<String> names, Instant before) {
    for (String name : names) {
      asked(
          "remove a file",
          () -> {
            try {
              Instant put =
                  client
                      .headObject(request -> request.bucket(bucket.name()).key(key(name)))
                      .lastModified();
              if (put.isBefore(before)) {
                client.deleteObject(request -> request.bucket(bucket.name()).key(key(name)));
              }
              return true;
            } catch (NoSuchKeyException e) {
              return false;
            }
          });
    }
  }

  @Override
  public void list(Instant before, Consumer<Set<String>> names) {
    String token = null;
    do {
      ListObjectsV2Request.Builder request =
          ListObjectsV2Request.builder()
              .bucket(bucket.name())
              .prefix(bucket.prefix())
              .continuationToken(token);
      ListObjectsV2Response page = asked("list", () -> client.listObjectsV2(request.build()));
      Set<String> old = new HashSet<>();
      for (S3Object object : page.contents()) {
        if (object.lastModified().isBefore(before)) {
          old.add(object.key().substring(bucket.prefix().length()));
        }
      }
      names.accept(old);
      token = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
    } while (token != null);
  }

  @Override
  public void close() {
    client.close();
  }
}

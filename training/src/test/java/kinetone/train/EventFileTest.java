package kinetone.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import kinetone.report.Curves;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
  @TempDir Path folder;

  /** The data of each record, checksums verified. */
  private static List<ByteBuffer> records(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<ByteBuffer> records = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      assertThat(in.getInt()).isEqualTo(EventFile.maskedCrc(length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(data);
      assertThat(in.getInt()).isEqualTo(EventFile.maskedCrc(data));
      records.add(ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN));
    }
    return records;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte part = in.get();
      value |= (part & 0x7FL) << shift;
      if (part >= 0) {
        return value;
      }
    }
  }

  private static ByteBuffer nested(ByteBuffer in, int field) {
    assertThat(varint(in)).isEqualTo(((long) field << 3) | 2);
    int length = (int) varint(in);
    ByteBuffer part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + length);
    return part;
  }

  private static String text(ByteBuffer in) {
    return StandardCharsets.UTF_8.decode(in).toString();
  }

  @Test
  void scalars_come_back_with_tag_step_time_and_value() throws IOException {
    Path file;
    try (EventFile events = new EventFile(folder, 1.5e9)) {
      events.scalar("net/loss", 300, 1.5e9 + 1, 0.25);
      file = events.file();
    }

    List<ByteBuffer> records = records(file);
    assertThat(records).hasSize(2);
    ByteBuffer version = records.get(0);
    version.position(1 + 8 + 2);
    assertThat(text(nested(version, 3))).isEqualTo("brain.Event:2");
    ByteBuffer event = records.get(1);
    assertThat(event.get()).isEqualTo((byte) 0x09);
    assertThat(event.getDouble()).isEqualTo(1.5e9 + 1);
    assertThat(varint(event)).isEqualTo(0x10);
    assertThat(varint(event)).isEqualTo(300);
    ByteBuffer value = nested(nested(event, 5), 1);
    assertThat(text(nested(value, 1))).isEqualTo("net/loss");
    assertThat(value.get()).isEqualTo((byte) 0x15);
    assertThat(value.getFloat()).isEqualTo(0.25f);
  }

  @Test
  void the_checksum_is_the_masked_castagnoli_of_tensorflow() {
    // CRC-32C of "123456789" is e3069283 (RFC 3720 polynomial); masked by hand.
    int masked = ((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8;
    assertThat(EventFile.maskedCrc("123456789".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(masked);
  }

  @Test
  void two_files_of_one_second_do_not_collide() {
    try (EventFile a = new EventFile(folder, 5);
        EventFile b = new EventFile(folder, 5)) {
      assertThat(a.file()).isNotEqualTo(b.file());
    }
  }

  @Test
  void the_loss_curve_is_a_picture_with_its_series_in_different_colours() throws IOException {
    double[] steps = new double[1000];
    double[] losses = new double[1000];
    double[] flat = new double[1000];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = i;
      losses[i] = Math.exp(-0.005 * i);
      flat[i] = i == 500 ? Double.NaN : 0.5;
    }
    Path png = folder.resolve("loss.png");
    new Curves(640, 320, true, "loss")
        .write(
            png,
            List.of(
                new Curves.Series("train", steps, losses).thinned(100),
                new Curves.Series("validation", steps, flat)));

    BufferedImage image = ImageIO.read(png.toFile());
    assertThat(image.getWidth()).isEqualTo(640);
    assertThat(pixels(image, 0x0072B2)).isGreaterThan(100);
    assertThat(pixels(image, 0xD55E00)).isGreaterThan(100);
    // On a logarithmic axis an exponential is a straight line: half-way is half-way down.
    assertThat(new Curves.Series("t", steps, losses).thinned(100).values()).hasSize(100);
  }

  private static long pixels(BufferedImage image, int colour) {
    long count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += (image.getRGB(x, y) & 0xFFFFFF) == colour ? 1 : 0;
      }
    }
    return count;
  }
}

package kinetone.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import kinetone.common.AtomicFile;
import kinetone.common.KinetoneException;

/** Pictures as PNG. */
public final class Png {
  private Png() {}

  /** Writes {@code picture}, atomically. */
  public static void write(Path file, BufferedImage picture) {
    byte[] bytes = bytes(picture);
    AtomicFile.write(file, temporary -> Files.write(temporary, bytes));
  }

  /** The bytes of the file. */
  public static byte[] bytes(BufferedImage picture) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(picture, "png", png)) {
        throw new IOException("no PNG writer");
      }
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot encode a picture: %s", e.getMessage());
    }
    return png.toByteArray();
  }
}

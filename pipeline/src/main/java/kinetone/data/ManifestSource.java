package kinetone.data;

import java.nio.file.Path;
import kinetone.common.KinetoneException;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;

/** Media files as training clips. */
public final class ManifestSource implements ClipSource {
  private ManifestSource() {}

  /** Opens a folder or manifest. */
  public static ManifestSource open(Path path, ClipFormat format) {
    throw KinetoneException.user("media folders cannot be read yet: %s", path);
  }

  @Override
  public long size() {
    return 0;
  }

  @Override
  public Clip clip(long index) {
    throw new IndexOutOfBoundsException();
  }
}

package kinetone.data;

import java.util.List;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneKind;
import kinetone.scene.SceneMix;

/** Sounding scenes as training clips. */
public final class SceneSource implements ClipSource {
  private final SceneGenerator generator;
  private final long count;

  /** The scenes 0 to {@code count − 1} of the world of {@code seed}. */
  public SceneSource(ClipFormat format, SceneMix mix, long seed, long count) {
    this.generator = new SceneGenerator(format, mix, seed);
    this.count = count;
  }

  @Override
  public long size() {
    return count;
  }

  @Override
  public Clip clip(long index) {
    return generator.scene(index).clip();
  }

  @Override
  public List<String> labels() {
    return SceneKind.labels();
  }

  @Override
  public int label(long index) {
    return labels().indexOf(generator.kind(index).label());
  }
}

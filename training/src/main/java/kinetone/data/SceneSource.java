package kinetone.data;

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

  /** What happens in clip {@code index}. */
  public SceneKind kind(long index) {
    return generator.kind(index);
  }
}
